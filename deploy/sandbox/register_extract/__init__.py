"""A synthetic register extract, and the answers to it. Nobody in it exists."""

from deploy.sandbox.register_extract.files import deliver
from deploy.sandbox.register_extract.generate import generate

__all__ = ["deliver", "generate"]
