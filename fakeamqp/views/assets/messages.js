// Each message's way through the queues: a line in time, and every step in words.
const PLACES = { queued: "ready", requeued: "ready", delivered: "unacked", delayed: "delayed" };
const ENDS = { acked: "acked", "dead-lettered": "lost", dropped: "lost", returned: "lost" };
let mostJourneys = 100;
let onlyThrough = null;

function showMessages() {
  const journeys = DATA.journeys.filter((journey) => {
    if (state.vhost !== "" && journey.vhost !== DATA.vhosts[state.vhost]) return false;
    if (onlyThrough && !(journey.vhost === onlyThrough.vhost && passes(journey, onlyThrough))) return false;
    return !state.query || journeyText(journey).includes(state.query);
  });
  const panel = byId("messages"), open = new Set([...panel.querySelectorAll("details[open]")].map((each) => each.dataset.id));
  const words = [["ready", "in a queue"], ["unacked", "delivered, not acknowledged"], ["delayed", "delayed"], ["acked", "acknowledged"], ["lost", "dead-lettered, dropped, returned"]];
  panel.replaceChildren(
    make("p", { class: "key" }, words.map(([name, text]) => make("span", { class: `sign-${name}` }, text)), "from left to right: step by step"),
    onlyThrough ? make("p", {}, "Only what came through ", make("b", {}, bdi(titleOf(onlyThrough))), " ",
      make("button", { type: "button", on: { click: () => { onlyThrough = null; showAll(); } } }, "Show all messages")) : "",
    ...journeys.slice(0, mostJourneys).map((journey) => drawJourney(journey, open.has(String(journey.id)))),
    journeys.length ? "" : make("p", { class: "faint" }, DATA.journeys.length ? "No message matches." : "No message was published."),
    journeys.length > mostJourneys ? make("button", { type: "button", on: { click: () => { mostJourneys *= 4; showMessages(); } } }, `Show more of ${number(journeys.length)}`) : "",
    DATA.left_out ? make("p", { class: "faint" }, `The ways of ${several(DATA.left_out, "more message")} are not on this page.`) : "");
}

function journeyText(journey) {
  if (journey.lower === undefined) journey.lower = [titleOfJourney(journey), journey.body || "", ...journey.events.map((event) => event.text)].join("\n").toLowerCase();
  return journey.lower;
}
const titleOfJourney = (journey) => `${journey.id > 0 ? journey.id : "?"} ${journey.key === null ? "" : journey.key || "''"}`;

function drawJourney(journey, isOpen) {
  const events = make("ol", {});
  const fillEvents = () => events.replaceChildren(...journey.events.map((event) => make("li", {
    class: event.moment > state.moment ? "later" : event.moment === state.moment ? "at" : false },
    make("button", { class: "link", type: "button", on: { click: () => goTo(event.moment) } }, span(event.at)),
    make("span", {}, bdi(event.text), event.place ? make("div", { class: "faint" }, shown(event.place)) : null))));
  if (isOpen) fillEvents();
  return make("details", { class: "journey", "data-id": journey.id, open: isOpen, on: { toggle: (event) => { if (event.target.open) fillEvents(); } } },
    make("summary", {}, make("span", { class: "what" }, make("b", {}, bdi(titleOfJourney(journey))), " ", make("span", { class: "faint" }, endOf(journey)),
      journey.body === null ? null : make("span", { class: "body", dir: "auto" }, shown(journey.body))), drawLine(journey)),
    events);
}

// What has become of it: of each copy the last that is known, but for those that went on as dead letters.
function endOf(journey) {
  const last = new Map();
  for (const event of journey.events) if (event.what !== "published") last.set(event.copy, event);
  const words = { queued: "ready", requeued: "ready", delivered: "not acknowledged" };
  const ends = [...last.values()].filter((event) => event.what !== "dead-lettered" || last.size === 1)
    .map((event) => (words[event.what] || event.what) + (PLACES[event.what] ? ` in ${shortened(event.queue || "", 30)}` : ""));
  return [...new Set(ends)].join(", ");
}

// One stripe for each copy: where it was from moment to moment.
function drawLine(journey) {
  const x = (moment) => (LAST ? (100 * moment) / (LAST + 1) : 0), svg = draw("svg", { viewBox: "0 0 100 26", preserveAspectRatio: "none", "aria-hidden": "true" });
  const copies = [...new Set(journey.events.filter((event) => event.copy !== null).map((event) => event.copy))].slice(0, 6);
  const high = Math.min(10, 20 / Math.max(1, copies.length));
  svg.append(draw("line", { class: "track", x1: 0, x2: 100, y1: 13, y2: 13, "vector-effect": "non-scaling-stroke" }));
  copies.forEach((copy, row) => {
    const own = journey.events.filter((event) => event.copy === copy);
    const y = 13 - (high * copies.length) / 2 + row * high;
    own.forEach((event, at) => {
      const next = own[at + 1], place = PLACES[event.what], end = next ? next.moment : LAST + 1;
      const width = place ? x(end) - x(event.moment) : 0;
      if (place && width > 0) svg.append(draw("rect", { class: `fill-${place}`, x: x(event.moment), y: y + 0.5, width, height: high - 1 }));
      if (ENDS[event.what]) svg.append(draw("rect", { class: `fill-${ENDS[event.what]}`, x: x(event.moment), y: y - 0.5, width: Math.max(0.9, x(1)), height: high + 1 }));
    });
  });
  for (const event of journey.events) {
    if (event.copy === null && ENDS[event.what]) svg.append(draw("rect", { class: "fill-lost", x: x(event.moment), y: 7, width: Math.max(0.9, x(1)), height: 12 }));
  }
  svg.append(draw("line", { class: "cursor", x1: x(state.moment + 0.5), x2: x(state.moment + 0.5), y1: 0, y2: 26, "vector-effect": "non-scaling-stroke" }));
  return svg;
}

function showOnly(node) {
  onlyThrough = node;
  state.tab = "messages";
  choose(null);
  showAll();
}
