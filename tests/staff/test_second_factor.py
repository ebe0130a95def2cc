"""At the clinic nobody comes in with a password alone: Mr Rai sets up his phone, and uses it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from enquiry import audit
from enquiry.extensions import db
from enquiry.records.staff import SecondFactor
from enquiry.sealing import SealBroken
from enquiry.staff import enter, people
from tests.attack.test_surgery_elsewhere import every_surgery_is_refused
from tests.people import LENA, RAI
from tests.staff.door import (
    ACCOUNT,
    SECOND_FACTOR,
    SET_UP,
    SIGN_IN,
    browser,
    hired,
    is_inside,
    on_record,
    phone_that_scanned,
    set_up,
    sign_in,
)

A_STEP = timedelta(seconds=30)
Turn = Callable[[timedelta], None]


def test_a_password_alone_opens_nothing(strict_app: Flask) -> None:
    hired(strict_app, RAI)
    rais = browser(strict_app)
    assert sign_in(rais, RAI.email).location == SET_UP
    assert not is_inside(rais)
    assert "signed in" not in [event for _, event, _ in on_record(strict_app)]


def test_mr_rai_sets_up_his_phone_and_is_in(strict_app: Flask) -> None:
    hired(strict_app, RAI)
    rais = browser(strict_app)
    sign_in(rais, RAI.email, page=f"{SIGN_IN}?next={ACCOUNT}")
    page = rais.get(SET_UP).text
    assert "<svg" in page
    assert "data:" not in page
    _, recovery_codes = set_up(rais)
    assert len(set(recovery_codes)) == 10
    assert is_inside(rais)
    assert on_record(strict_app)[-2:] == [
        (RAI.email, "second factor set", RAI.email),
        (RAI.email, "signed in", RAI.email),
    ]


def test_mr_rai_comes_back_with_a_code_to_the_page_he_asked_for(strict_app: Flask, time_passes: Turn) -> None:
    hired(strict_app, RAI)
    rais = browser(strict_app)
    sign_in(rais, RAI.email)
    phone, _ = set_up(rais)
    time_passes(A_STEP)
    elsewhere = browser(strict_app)
    asked = sign_in(elsewhere, RAI.email, page=f"{SIGN_IN}?next={ACCOUNT}").location
    assert asked == f"{SECOND_FACTOR}?next={ACCOUNT}"
    assert elsewhere.fill_in(asked, {"code": phone.code}).location == ACCOUNT
    assert is_inside(elsewhere)


def test_a_code_works_once(strict_app: Flask, time_passes: Turn) -> None:
    """The code of the set-up is spent, too."""
    hired(strict_app, RAI)
    rais = browser(strict_app)
    sign_in(rais, RAI.email)
    phone, _ = set_up(rais)
    assert _tries(strict_app, phone.code) == 422
    time_passes(A_STEP)
    assert _tries(strict_app, phone.code) == 303
    assert _tries(strict_app, phone.code) == 422


def test_a_code_works_once_even_at_the_same_moment(strict_app: Flask, time_passes: Turn) -> None:
    hired(strict_app, RAI)
    rais = browser(strict_app)
    sign_in(rais, RAI.email)
    phone, _ = set_up(rais)
    time_passes(A_STEP)
    code, together = phone.code, Barrier(4)

    def tries(_: int) -> bool:
        with strict_app.app_context():
            rai = people.find(RAI.email)
            assert rai
            together.wait()
            try:
                enter.with_code(rai, code)
            except enter.NotLetIn:
                return False
            return True

    with ThreadPoolExecutor(4) as browsers:
        assert sorted(browsers.map(tries, range(4))) == [False, False, False, True]


def test_a_code_from_a_minute_ago_is_stale(strict_app: Flask, time_passes: Turn) -> None:
    hired(strict_app, RAI)
    rais = browser(strict_app)
    sign_in(rais, RAI.email)
    phone, _ = set_up(rais)
    time_passes(2 * A_STEP)
    code = phone.code
    time_passes(2 * A_STEP)
    assert _tries(strict_app, code) == 422
    time_passes(-A_STEP)
    assert _tries(strict_app, code) == 303, "one step is forgiven, because phones' clocks differ"


def test_a_lost_phone_is_replaced_by_recovery_codes_each_once(strict_app: Flask) -> None:
    hired(strict_app, RAI)
    rais = browser(strict_app)
    sign_in(rais, RAI.email)
    _, (first, second, *_) = set_up(rais)
    assert _tries(strict_app, first) == 303
    assert _tries(strict_app, first) == 422
    assert _tries(strict_app, second.replace(" ", "-")) == 303


def test_what_proves_somebody_is_not_in_the_database(strict_app: Flask) -> None:
    hired(strict_app, RAI)
    rais = browser(strict_app)
    sign_in(rais, RAI.email)
    phone, codes = set_up(rais)
    with strict_app.app_context():
        row = str(db.session.execute(db.text("SELECT * FROM second_factors")).all())
    assert not [secret for secret in (phone.secret, *codes) if secret.replace(" ", "") in row]


def test_a_secret_moved_to_another_persons_row_does_not_open(strict_app: Flask) -> None:
    hired(strict_app, LENA, RAI)
    for colleague in (LENA, RAI):
        visitor = browser(strict_app)
        sign_in(visitor, colleague.email)
        set_up(visitor)
    with strict_app.app_context():
        one, other = db.session.scalars(select(SecondFactor))
        one.secret_sealed = other.secret_sealed
        with pytest.raises(SealBroken):
            _ = one.secret


def test_a_second_factor_that_was_tampered_with_lets_nobody_in(
    strict_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(strict_app.config, "WTF_CSRF_ENABLED", False)
    hired(strict_app, RAI, LENA)
    for colleague in (RAI, LENA):
        new = browser(strict_app)
        sign_in(new, colleague.email)
        set_up(new)
    rais = browser(strict_app)
    sign_in(rais, RAI.email)

    every_surgery_is_refused(strict_app, SecondFactor, lambda _: rais.post(SECOND_FACTOR, data={"code": "000 000"}))
    assert not is_inside(rais)


def test_sec_01_001_a_secret_in_use_is_never_shown_again(strict_app: Flask) -> None:
    hired(strict_app, RAI)
    rais = browser(strict_app)
    sign_in(rais, RAI.email)
    phone, _ = set_up(rais)
    intruder = browser(strict_app)
    assert sign_in(intruder, RAI.email).location == SECOND_FACTOR
    other = phone_that_scanned(intruder)
    assert other.secret != phone.secret
    assert intruder.fill_in(SET_UP, {"code": other.code}).location == SECOND_FACTOR
    assert not is_inside(intruder)


def test_guessing_codes_ends_after_five(strict_app: Flask) -> None:
    hired(strict_app, RAI)
    rais = browser(strict_app)
    sign_in(rais, RAI.email)
    set_up(rais)
    guesser = browser(strict_app)
    sign_in(guesser, RAI.email)
    statuses = [guesser.fill_in(SECOND_FACTOR, {"code": "000 000"}).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert _tries(strict_app, "000 000") == 429, "another browser does not help"
    assert on_record(strict_app)[-1] == ("public", "sign-in refused", RAI.email)


@pytest.mark.parametrize(
    "nonsense",
    ["12345", "1234567", "abcdef", "٣٣٣٣٣٣", "²²²²²²", "１２３４５６", "-1-1-1", "000000000000", "é" * 12, "\0" * 6],
)
def test_what_is_no_code_is_refused_politely(strict_app: Flask, nonsense: str) -> None:
    hired(strict_app, RAI)
    rais = browser(strict_app)
    sign_in(rais, RAI.email)
    assert rais.fill_in(SET_UP, {"code": nonsense}).status_code == 422
    set_up(rais)
    assert _tries(strict_app, nonsense) == 422


def test_who_takes_longer_than_ten_minutes_begins_again(strict_app: Flask, time_passes: Turn) -> None:
    hired(strict_app, RAI)
    rais = browser(strict_app)
    sign_in(rais, RAI.email)
    time_passes(timedelta(minutes=10))
    assert rais.get(SET_UP).location == SIGN_IN
    assert rais.get(SECOND_FACTOR).location == SIGN_IN


def test_nobody_gets_to_the_second_factor_without_a_password(strict_app: Flask) -> None:
    assert browser(strict_app).get(SET_UP).location == SIGN_IN
    assert browser(strict_app).get(SECOND_FACTOR).location == SIGN_IN


def test_after_a_reset_mr_rai_sets_up_another_phone(strict_app: Flask) -> None:
    hired(strict_app, RAI)
    rais = browser(strict_app)
    sign_in(rais, RAI.email)
    old, codes = set_up(rais)
    with strict_app.app_context():
        people.reset_second_factor(audit.SYSTEM, RAI.email)
    assert not is_inside(rais)
    assert sign_in(rais, RAI.email).location == SET_UP
    assert rais.fill_in(SECOND_FACTOR, {"code": codes[0]}).status_code == 422
    new, _ = set_up(rais)
    assert new.secret != old.secret
    with strict_app.app_context():
        assert len(db.session.scalars(select(SecondFactor)).all()) == 1


def test_a_demonstration_does_not_ask_who_never_set_one_up(app: Flask) -> None:
    hired(app, RAI)
    rais = browser(app)
    assert sign_in(rais, RAI.email).location == "/desk/queue"
    assert "Not set up" in rais.get(ACCOUNT).text


def _tries(app: Flask, code: str) -> int:
    """Return what Mr Rai's password and this code get in a new browser."""
    visitor = browser(app)
    sign_in(visitor, RAI.email)
    return visitor.fill_in(SECOND_FACTOR, {"code": code}).status_code
