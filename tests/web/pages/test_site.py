"""The pages behind a real server: who gets which, and what their sockets are told."""

import re

import httpx
import pytest

from kiosk.domain.role import Role
from kiosk.store.totp import STEP, code_at
from kiosk.web.guard import COOKIE
from kiosk.web.pages.reception import local_address
from kiosk.web.signin import KNOWN_COOKIE
from tests.web.conftest import PASSWORD
from tests.web.pages.site import Site


async def test_the_chooser_and_the_board_are_for_everyone(site: Site) -> None:
    for path, text in (("/", "Where would you like to go?"), ("/board", "Now calling")):
        page = await site.http.get(path)
        assert page.status_code == 200
        assert text in page.text


async def test_there_is_no_bench_where_nothing_is_simulated(site: Site) -> None:
    assert (await site.http.get("/bench")).status_code == 404
    assert "/bench" not in (await site.http.get("/")).text


async def test_the_console_asks_who_is_there_and_opens_after_signing_in(site: Site) -> None:
    sent = await site.http.get("/counter/1")
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=%2Fcounter%2F1")
    answer = await site.sign_in(following="/counter/1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/counter/1")
    assert "Sign out Anna Wu" in (await site.http.get("/counter/1")).text


async def test_a_wrong_password_is_told_and_the_name_stays(site: Site) -> None:
    form = {"user": "anna", "password": "not the one", "next": "/counter/1"}
    page = await site.http.post("/login", data=form)
    assert page.status_code == 403
    assert "don&#39;t fit together" in page.text or "don't fit together" in page.text
    assert 'value="anna"' in page.text
    assert "not the one" not in page.text
    assert COOKIE not in site.http.cookies


async def test_a_role_without_a_console_is_told_so_on_a_page(site: Site) -> None:
    await site.sign_in("max")
    page = await site.http.get("/counter/1")
    assert page.status_code == 403
    assert page.headers["content-type"].startswith("text/html")


async def test_a_counter_that_isnt_there_is_a_page_too(site: Site) -> None:
    await site.sign_in()
    page = await site.http.get("/counter/99")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")


async def test_signing_out_ends_the_session(site: Site) -> None:
    await site.sign_in()
    token = site.http.cookies[COOKIE]
    await site.http.post("/logout", headers={"origin": str(site.http.base_url).rstrip("/")})
    assert site.house.context.sessions.callers.of(token) is None
    assert (await site.http.get("/counter/1")).status_code == 303


async def test_a_language_once_chosen_is_kept(site: Site) -> None:
    await site.http.get("/?language=zh")
    page = await site.http.get("/board")
    assert '<html lang="zh">' in page.text


async def test_ten_thousand_wrong_passwords_dont_keep_out_whoever_signed_in_here_before(
    site: Site,
) -> None:
    """From the same address, as behind a proxy; 400 of them, which makes no difference."""
    await site.sign_in()
    await site.http.post("/logout", headers=site._own)
    wrong = {"user": "anna", "password": "mistaken", "next": "/"}
    async with httpx.AsyncClient(base_url=site.http.base_url, trust_env=False) as attacker:
        statuses = [
            (await attacker.post("/login", data=wrong, headers=site._own)).status_code
            for _ in range(400)
        ]
        assert statuses == [403] * 10 + [429] * 390
        right = wrong | {"password": PASSWORD}
        answer = await attacker.post("/login?language=en", data=right)
        assert (answer.status_code, 0 < int(answer.headers["retry-after"]) <= 60) == (429, True)
        assert "please wait 1 minute" in answer.text
    answer = await site.sign_in()
    assert (answer.status_code, COOKIE in site.http.cookies) == (303, True)


async def test_the_page_asks_for_a_code_only_whoever_needs_one(site: Site) -> None:
    accounts, now = site.house.accounts, site.house.clock.now()
    secret = accounts.second_factors.give("anna")
    asked = await site.sign_in(following="/counter/1")
    assert (asked.status_code, COOKIE in site.http.cookies) == (200, False)
    assert PASSWORD not in asked.text
    assert 'name="password"' not in asked.text
    half = re.findall(r'name="half" value="([^"]+)"', asked.text)
    form = {"half": half[0], "user": "anna", "next": "/counter/1"}
    step = int(now.timestamp()) // STEP
    wrong = str((int(code_at(secret, step)) + 500_000) % 1_000_000).zfill(6)
    answer = await site.http.post("/login", data=form | {"code": wrong}, headers=site._own)
    assert (answer.status_code, 'name="code"' in answer.text) == (403, True)
    right = code_at(secret, step)
    spaced = f"{right[:3]} {right[3:]}"
    answer = await site.http.post("/login", data=form | {"code": spaced}, headers=site._own)
    assert (answer.status_code, answer.headers["location"]) == (303, "/counter/1")
    assert (await site.http.get("/counter/1")).status_code == 200
    again = await site.http.post("/login", data=form | {"code": right}, headers=site._own)
    assert (again.status_code, 'name="password"' in again.text) == (403, True)


async def test_a_password_that_was_changed_meanwhile_is_asked_for_again(site: Site) -> None:
    accounts = site.house.accounts
    secret = accounts.second_factors.give("anna")
    asked = await site.sign_in()
    half = re.findall(r'name="half" value="([^"]+)"', asked.text)[0]
    accounts.change_password("anna", "another password")
    code = code_at(secret, int(site.house.clock.now().timestamp()) // STEP)
    form = {"half": half, "user": "anna", "code": code}
    answer = await site.http.post("/login?language=en", data=form, headers=site._own)
    assert (answer.status_code, "That took too long" in answer.text) == (403, True)


async def test_a_browsers_mark_lets_nobody_in(site: Site) -> None:
    await site.sign_in()
    known = site.http.cookies[KNOWN_COOKIE]
    del site.http.cookies[COOKIE]
    assert (await site.http.get("/counter/1")).status_code == 303
    site.http.cookies.clear()
    site.http.cookies[COOKIE] = known
    assert (await site.http.get("/counter/1")).status_code == 303


async def test_the_console_of_one_teller_isnt_shown_to_another(site: Site) -> None:
    site.house.accounts.add_user("bo", Role.TELLER, PASSWORD)
    await site.sign_in()
    await site.press("open")
    await site.press("next")
    assert "A001" in (await site.http.get("/counter/1")).text
    await site.sign_in("bo")
    assert "A colleague has this counter open" in (await site.http.get("/counter/1")).text


@pytest.mark.parametrize(
    ("wish", "address"),
    [
        ("/counter/1", "/counter/1"),
        ("", "/"),
        ("https://elsewhere.example", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
    ],
)
def test_after_signing_in_one_stays_on_this_machine(wish: str, address: str) -> None:
    assert local_address(wish) == address
