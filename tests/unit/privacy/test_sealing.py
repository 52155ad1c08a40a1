import pytest
from nacl.public import PrivateKey

from shared.privacy import CannotOpen, NotACprNumber, Opener, Sealer, read_key

NUMBER = "2512489996"


def sealer_and_opener() -> tuple[Sealer, Opener]:
    private = PrivateKey.generate()
    return Sealer(bytes(private.public_key)), Opener(bytes(private))


def test_what_was_sealed_is_opened_as_ten_characters():
    sealer, opener = sealer_and_opener()
    assert opener.open(sealer.seal("251248-9996")) == NUMBER


@pytest.mark.parametrize("many", [0, 1, 2, 5])
def test_many_are_sealed_in_their_order(many: int):
    sealer, opener = sealer_and_opener()
    numbers = [f"010203{number:04}" for number in range(many)]
    assert [opener.open(sealed) for sealed in sealer.seal_all(numbers)] == numbers


def test_the_same_number_sealed_twice_looks_different():
    sealer, _ = sealer_and_opener()
    assert sealer.seal(NUMBER) != sealer.seal(NUMBER)


def test_another_private_key_opens_nothing():
    sealer, _ = sealer_and_opener()
    _, stranger = sealer_and_opener()
    with pytest.raises(CannotOpen, match="another public key"):
        stranger.open(sealer.seal(NUMBER))


@pytest.mark.parametrize("damaged", [lambda s: s[:-4], lambda s: "A" * len(s), lambda _: "", lambda _: "not base64 æ"])
def test_a_damaged_value_is_refused(damaged):
    sealer, opener = sealer_and_opener()
    with pytest.raises(CannotOpen):
        opener.open(damaged(sealer.seal(NUMBER)))


def test_what_is_not_a_number_is_not_sealed():
    sealer, _ = sealer_and_opener()
    with pytest.raises(NotACprNumber):
        sealer.seal("hello")


def test_a_key_is_read_as_its_32_bytes():
    assert read_key("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHv8=", "PULS_CODE_KEY") == bytes([*range(31), 255])


def test_a_key_of_the_wrong_length_is_refused_by_its_name_and_never_printed():
    with pytest.raises(ValueError, match="PULS_SEALING_PUBLIC_KEY is not a key: expected 32 bytes") as refused:
        read_key("c2hvcnQ=", "PULS_SEALING_PUBLIC_KEY")
    assert "c2hvcnQ" not in str(refused.value)
