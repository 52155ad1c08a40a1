import pytest
from nacl.public import PrivateKey

from shared.privacy import AnotherKey, CannotOpen, NotACprNumber, Opener, Sealer, read_key
from tests.support.builders import an_invitation

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


def test_a_number_sealed_for_another_key_says_so_by_the_ids_of_both():
    sealer, opener = sealer_and_opener()
    _, stranger = sealer_and_opener()
    with pytest.raises(AnotherKey) as refused:
        stranger.open(sealer.seal(NUMBER))
    assert refused.value.key == next(iter(opener.keys))
    assert str(refused.value) == (
        f"a CPR number is sealed for the key {refused.value.key}; the keys held are {next(iter(stranger.keys))}"
    )


def test_after_a_rotation_numbers_of_the_earlier_and_of_the_new_key_are_opened():
    earlier, new = PrivateKey.generate(), PrivateKey.generate()
    opener = Opener(bytes(new), bytes(earlier))
    assert [opener.open(Sealer(bytes(key.public_key)).seal(NUMBER)) for key in (earlier, new)] == [NUMBER, NUMBER]


def test_a_number_that_was_sealed_before_keys_had_ids_is_tried_with_each_key():
    earlier, new = PrivateKey.generate(), PrivateKey.generate()
    sealed = without_key(Sealer(bytes(earlier.public_key)).seal(NUMBER))
    assert Opener(bytes(new), bytes(earlier)).open(sealed) == NUMBER
    with pytest.raises(CannotOpen, match="another public key"):
        Opener(bytes(new)).open(sealed)


def test_a_sealed_number_is_an_event_s_sealed_number_with_and_without_its_key():
    sealer, _ = sealer_and_opener()
    for sealed in (sealer.seal(NUMBER), without_key(sealer.seal(NUMBER))):
        assert an_invitation(sealed_cpr=sealed).sealed_cpr == sealed


def without_key(sealed: str) -> str:
    return sealed.partition("_")[2]


@pytest.mark.parametrize(
    "damaged",
    [
        lambda s: s[:-4],
        lambda s: "A" * len(s),
        lambda _: "",
        lambda _: "not base64 æ",
        lambda s: s.replace("_", "_A", 1),
        lambda s: f"key_{s}",
        lambda s: s[:13],
    ],
)
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
