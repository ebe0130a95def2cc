"""Nothing about Pat goes by email but where the mail of the address is secure on its whole way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiry.rules.secure_mail import ALWAYS_SECURE, OPEN_TO_ANYBODY, NotADomain, is_secure, read_domains


@pytest.mark.parametrize("address", ["imogen.grey@nhs.net", "imogen.grey@NHS.NET", "o'grey+spine@nhs.net"])
def test_an_address_at_a_listed_domain_is_secure(address: str) -> None:
    assert is_secure(address, ALWAYS_SECURE)


@pytest.mark.parametrize(
    "address",
    [
        "grey@home.example",
        "grey@nhs.net.example",
        "grey@mail.nhs.net",
        "grey@nhs.uk",
        "nhs.net",
        "",
        "@",
        "grey@nhs.net@home.example",
        "grey@home.example@nhs.net",
        "grey@home.example, grey@nhs.net",
        "grey@home.example\n@nhs.net",
        '"grey@home.example"@nhs.net',
        "<grey@nhs.net>",
        "grey@xnhs.net",
        "grey@nhs.net ",
        "grey@ｎhs.net",
    ],
)
def test_no_other_address_is(address: str) -> None:
    assert not is_secure(address, ALWAYS_SECURE)


def test_domains_are_listed_one_a_line_as_people_type_them() -> None:
    assert read_domains(" Holt-Surgery.example \n\n@spire.example.\nnhs.net") == {
        "nhs.net",
        "holt-surgery.example",
        "spire.example",
    }


def test_nhs_net_is_secure_though_nobody_lists_it() -> None:
    assert read_domains("") == {"nhs.net"}


@pytest.mark.parametrize(
    "typed", ["nhs", "grey@nhs.net", "*.nhs.net", "nhs .net", "nhs..net", "-x.net", "нhs.net", "a" * 260]
)
def test_what_is_no_domain_is_refused_by_name(typed: str) -> None:
    with pytest.raises(NotADomain, match=r"is not a domain"):
        read_domains(typed)


@pytest.mark.parametrize("domain", sorted(OPEN_TO_ANYBODY))
def test_where_anybody_can_have_an_address_is_never_listed(domain: str) -> None:
    with pytest.raises(NotADomain, match="Anybody"):
        read_domains(domain.upper())


def test_a_list_has_an_end() -> None:
    with pytest.raises(NotADomain, match="50 domains"):
        read_domains("\n".join(f"practice-{number}.example" for number in range(50)))


@given(st.text())
def test_whatever_is_typed_is_listed_or_refused(typed: str) -> None:
    try:
        listed = read_domains(typed)
    except NotADomain:
        return
    assert all(domain.isascii() and domain == domain.lower() and "." in domain for domain in listed)
