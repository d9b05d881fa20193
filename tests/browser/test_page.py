"""What a page does in a browser: search, filters, groups, details, time, keys; desktop and phone, light and dark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import fakeamqp
from tests.browser.conftest import DESKTOP, PHONE, Opened
from tests.views.stories import shop
from tests.views.topologies import SHOP, every, large

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


MEASURES = Path(__file__).with_name("measures.js").read_text(encoding="utf-8")


def measured(page: Page, what: str) -> Any:
    """What one of the functions in measures.js finds on the page."""
    measures = MEASURES[MEASURES.index("(") :].strip()
    return page.evaluate(f"() => {measures}.{what}")


def node(page: Page, name: str) -> Any:
    """The box of this name."""
    return page.locator(".node").filter(has=page.locator(".name", has_text=re.compile(f"^{re.escape(name)}$")))


def names(page: Page) -> list[str]:
    return page.locator(".node .name").all_text_contents()


@pytest.fixture
def story(opened: Opened) -> Page:
    with shop() as broker:
        return opened(broker)


@pytest.mark.parametrize("name", every())
@SIZES
def test_every_topology_shows_and_fits_sideways(opened: Opened, name: str, size: tuple[int, int]) -> None:
    page = opened(every()[name], size)
    for tab in ("#tab-picture", "#tab-list"):
        page.click(tab)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.evaluate("document.documentElement.scrollHeight") <= size[1]


@pytest.mark.parametrize("name", every())
def test_what_is_written_fits_into_its_box(opened: Opened, name: str) -> None:
    page = opened(every()[name])
    assert measured(page, "outside()") == []


def test_boxes_and_labels_do_not_cover_each_other(opened: Opened) -> None:
    page = opened(SHOP)
    assert measured(page, "covered()") == 0


def test_search_finds_names_and_keys(opened: Opened) -> None:
    page = opened(SHOP)
    page.fill("#search", "pdf")
    expect(node(page, "pdf")).to_have_class(re.compile("found"))
    expect(node(page, "orders")).to_have_count(0)
    expect(page.locator("#count")).to_have_text("1 of 14")
    page.fill("#search", "order.*.de")
    expect(node(page, "orders.de")).to_have_class(re.compile("found"))
    expect(node(page, "orders")).to_have_class(re.compile("beside"))
    page.click("#reset")
    expect(page.locator(".node")).to_have_count(14)
    expect(page.locator("#search")).to_have_value("")


def test_a_search_that_finds_nothing_says_so(opened: Opened) -> None:
    page = opened(SHOP)
    page.fill("#search", "no such thing")
    expect(page.locator("#nothing")).to_be_visible()
    page.click("#nothing-reset")
    expect(page.locator(".node")).to_have_count(14)


def test_filters_hide_what_is_of_another_kind_or_virtual_host(opened: Opened) -> None:
    page = opened(every()["several virtual hosts"])
    assert len(names(page)) == 6
    page.select_option("#vhost", label="b:c")
    expect(page.locator(".vhost")).to_have_text(["virtual host b:c"])
    page.select_option("#kind", "queue")
    expect(page.locator(".node .name")).to_have_text(["q"])
    page.select_option("#vhost", "")
    expect(page.locator(".node .name")).to_have_text(["q", "q", "q"])


def test_queues_with_messages_are_found_at_the_moment(story: Page) -> None:
    story.check("#holding")
    expect(story.locator(".node.beside")).not_to_have_count(0)
    story.click("#step-first")
    expect(story.locator("#nothing")).to_be_visible()


def test_the_slider_changes_what_queues_hold(story: Page) -> None:
    work = node(story, "work").locator(".held")
    expect(work).to_have_text("0 ready · 1 consumer")
    published = story.evaluate("JSON.parse(document.getElementById('data').textContent).journeys[3].events.at(0)[0]")
    story.locator("#moment").fill(str(published))
    expect(work).to_have_text("4 ready")
    expect(story.locator("#instant")).to_have_text(f"step {published} · 0 s")
    expect(story.locator("#happened")).to_contain_text("message 4: published to exchange 'orders'")
    expect(node(story, "work")).to_have_class(re.compile("now"))
    story.click("#step-back")
    expect(work).to_have_text("3 ready")
    story.focus("#moment")
    story.keyboard.press("ArrowRight")
    expect(work).to_have_text("4 ready")


def test_before_they_are_declared_queues_are_pale(story: Page) -> None:
    story.click("#step-first")
    expect(story.locator("#instant")).to_have_text("the beginning")
    expect(node(story, "work")).to_have_class(re.compile("unborn"))
    expect(story.locator("#step-back")).to_be_disabled()
    story.click("#step-last")
    expect(node(story, "work")).not_to_have_class(re.compile("unborn"))


def test_time_can_be_played_and_stopped(story: Page) -> None:
    story.click("#step-play")
    expect(story.locator("#step-play")).to_have_attribute("aria-label", "Stop")
    expect(story.locator("#instant")).to_have_text("step 2 · 0 s")
    story.click("#step-play")
    expect(story.locator("#step-play")).to_have_attribute("aria-label", "Play")


@SIZES
def test_details_open_at_a_press_and_close(opened: Opened, size: tuple[int, int]) -> None:
    page = opened(SHOP, size)
    node(page, "orders").click()
    details = page.locator("#details")
    expect(details.locator("h2")).to_have_text("orders")
    expect(details).to_contain_text("order.*.mx")
    expect(details).to_contain_text("what cannot be routed")
    details.locator(".link", has_text="orders.us").click()
    expect(details.locator("h2")).to_have_text("orders.us")
    expect(details).to_contain_text("max-length10,000")
    expect(details).to_contain_text("dlx dead letters")
    expect(node(page, "orders.us")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.keyboard.press("Escape")
    expect(details).to_be_hidden()


def test_a_way_tells_all_its_keys(opened: Opened) -> None:
    page = opened(SHOP)
    page.locator(".way text", has_text="4 keys").click()
    expect(page.locator("#details h2")).to_have_text("Bindings")
    expect(page.locator("#details code")).to_have_text(["order.*.us", "order.*.ca", "order.*.mx", "order.*.br"])


def test_all_can_be_done_with_the_keyboard(opened: Opened) -> None:
    page = opened(SHOP)
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    node(page, "dlx").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#details h2")).to_have_text("dlx")
    page.locator("#canvas").focus()
    before = page.locator("#world").get_attribute("transform")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("+")
    assert page.locator("#world").get_attribute("transform") != before
    page.locator("#tab-picture").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-list")).to_be_focused()
    expect(page.locator("#list")).to_be_visible()


def test_the_picture_is_dragged_and_zoomed(opened: Opened) -> None:
    page = opened(SHOP)
    place = page.locator("#world").get_attribute("transform")
    page.mouse.move(900, 600)
    page.mouse.down()
    page.mouse.move(850, 560)
    page.mouse.up()
    dragged = page.locator("#world").get_attribute("transform")
    assert dragged != place
    expect(page.locator("#details")).to_be_hidden()
    page.mouse.wheel(0, -300)
    page.wait_for_function(
        "(before) => document.querySelector('#world').getAttribute('transform') !== before", arg=dragged
    )
    page.click("#zoom-fit")
    page.click("#zoom-out")


def test_the_list_has_everything_and_leads_to_details(opened: Opened) -> None:
    page = opened(SHOP)
    page.click("#tab-list")
    expect(page.locator("#list tbody tr")).to_have_count(14)
    page.fill("#search", "retry")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.locator("#list .link").click()
    expect(page.locator("#details")).to_contain_text("message-ttl10 min")


def test_messages_tell_their_ways(story: Page) -> None:
    story.click("#tab-messages")
    expect(story.locator(".journey")).to_have_count(6)
    third = story.locator(".journey").nth(2)
    expect(third.locator("summary")).to_contain_text("3 order.created.de")
    third.locator("summary").click()
    expect(third.locator("li")).to_have_count(9)
    expect(third).to_contain_text("dead-lettered by 'work' (rejected) to exchange 'dlx'")
    third.locator("li button").nth(1).click()
    expect(third.locator("li.later")).not_to_have_count(0)
    expect(story.locator("#instant")).to_contain_text("0 s")
    story.fill("#search", "unroutable")
    expect(story.locator(".journey")).to_have_count(1)


def test_a_queue_leads_to_the_messages_that_came_through_it(story: Page) -> None:
    node(story, "wait").click()
    story.locator("#details .link", has_text="came through here").click()
    expect(story.locator(".journey")).to_have_count(1)
    story.click("text=Show all messages")
    expect(story.locator(".journey")).to_have_count(6)


def test_deleted_queues_are_shown_as_they_were(opened: Opened) -> None:
    with fakeamqp.Broker(trace="all") as broker:
        channel = fakeamqp.connect(broker).channel()
        channel.queue_declare("gone")
        broker.publish("", "gone", "x")
        channel.queue_delete("gone")
        page = opened(broker)
    held = node(page, "gone").locator(".held")
    expect(held).to_have_text("deleted")
    page.click("#step-back")
    expect(held).to_have_text("1 ready")


def test_5000_bindings_are_folded_searched_and_opened(opened: Opened) -> None:
    page = opened(large())
    assert page.locator(".node").count() <= 40
    expect(page.locator("#totals")).to_contain_text("5,000 bindings")
    page.fill("#search", "node-0321")
    expect(page.locator("#count")).to_have_text("1 of 550")
    expect(node(page, "node-0321")).to_be_visible()
    page.click("#reset")
    node(page, "node-0000 … node-0499").press("Enter")
    expect(page.locator("#details h2")).to_have_text("node-0000 … node-0499")
    page.click("#open-group")
    expect(page.locator(".node.queue")).to_have_count(20)
    node(page, "node-0300 … node-0324").press("Enter")
    page.click("#open-group")
    expect(page.locator(".node.queue")).to_have_count(19 + 25)
    node(page, "node-0321").press("Enter")
    page.locator("#details button", has_text="Fold").click()
    expect(page.locator(".node.queue")).to_have_count(20)


def test_a_link_to_a_folded_queue_opens_the_groups_around_it(opened: Opened) -> None:
    page = opened(large())
    node(page, "node-0000 … node-0499").press("Enter")
    page.locator("#details .link", has_text="node-0123").click()
    expect(page.locator("#details h2")).to_have_text("node-0123")
    expect(node(page, "node-0123")).to_be_in_viewport()
    expect(node(page, "node-0123")).to_have_class(re.compile("selected"))


@SIZES
def test_dark_has_colours_of_its_own_and_both_can_be_read(opened: Opened, size: tuple[int, int]) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        with shop() as broker:
            page = opened(broker, size, scheme)
        colours[scheme] = measured(page, "contrasts()")
        assert {what: ratio for what, (_, ratio) in colours[scheme].items() if ratio < 4.5} == {}
    assert all(colours["light"][what][0] != colours["dark"][what][0] for what in colours["light"])


@SIZES
def test_what_is_pressed_on_a_phone_is_large_enough(opened: Opened, size: tuple[int, int]) -> None:
    with shop() as broker:
        page = opened(broker, size)
    assert measured(page, f"small({40 if size == PHONE else 32})") == []


def test_names_do_nothing_but_stand_there(opened: Opened) -> None:
    page = opened(every()["nasty names"])
    page.click("#tab-list")
    expect(page.locator("#list tbody tr")).to_have_count(28)
    assert page.locator("script").count() == 2
    page.fill("#search", "</script>")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    page.locator("#list .link").first.click()
    expect(page.locator("#details h2")).to_have_text("</script><script>alert(1)</script>")
