// Tabs, filters and time.
const TABS = { picture: showPicture, list: showList, messages: showMessages };
let playing = null;

function showAll(keepView = false) {
  for (const tab of Object.keys(TABS)) {
    const isHere = tab === state.tab, button = byId(`tab-${tab}`);
    byId(tab).hidden = !isHere;
    button.setAttribute("aria-selected", isHere);
    button.tabIndex = isHere ? 0 : -1;
  }
  TABS[state.tab](keepView);
  const matching = NODES.filter(matches);
  byId("count").textContent = isFiltered() ? `${number(matching.length)} of ${number(NODES.length)}` : "";
  byId("reset").hidden = !isFiltered();
  showTime();
}

function showTime() {
  byId("moment").value = state.moment;
  const at = DATA.moments[state.moment] || 0, events = DATA.happened[state.moment] || [];
  byId("instant").textContent = state.moment === 0 && LAST > 0 ? "the beginning" : `step ${number(state.moment)} · ${span(at)}`;
  byId("moment").setAttribute("aria-valuetext", byId("instant").textContent);
  const told = events.slice(0, 3).map((event) => event.text);
  if (events.length > 3) told.push(`and ${number(events.length - 3)} more`);
  byId("happened").textContent = shown(told.join("; "));
  byId("step-back").disabled = byId("step-first").disabled = state.moment === 0;
  byId("step-forth").disabled = byId("step-last").disabled = state.moment === LAST;
}

function goTo(moment) {
  state.moment = Math.max(0, Math.min(LAST, moment));
  if (state.tab === "picture" && !state.holding) { showMoment(); showTime(); } else showAll(true);
  if (state.selected) showDetails();
}

function play() {
  if (playing !== null) { clearInterval(playing); playing = null; } else {
    if (state.moment === LAST) goTo(0);
    playing = setInterval(() => { if (state.moment >= LAST) play(); else goTo(state.moment + 1); }, 700);
  }
  byId("step-play").querySelector("path").setAttribute("d", playing === null ? "M2 3v10l6-5zM8 3v10l6-5z" : "M4 3h3v10H4zM9 3h3v10H9z");
  byId("step-play").setAttribute("aria-label", playing === null ? "Play" : "Stop");
}

// A box, a way, or null for nothing.
function choose(what) {
  state.selected = what;
  showDetails();
  if (state.tab === "picture") { showMoment(); if (what && what.element && what.members) bringIntoView(what); }
}

// Show a node wherever it is: filters that hide it are taken off, and a group that holds it is opened.
function find(node) {
  if (state.tab === "messages") state.tab = "list";
  if (!matches(node)) resetFilters();
  if (state.tab === "picture") {
    let box = drawn.boxes.find((each) => each.members.includes(node));
    if (!box || box.group) { for (const own of GROUPS_OF.get(node.index) || []) state.open.add(own.id); showAll(Boolean(box)); box = drawn.boxes.find((each) => each.members.includes(node)); }
    choose(box);
  } else {
    choose({ id: `node-${node.index}`, members: [node], node });
    showAll();
  }
}

function resetFilters() {
  Object.assign(state, { query: "", vhost: "", kind: "", holding: false });
  byId("search").value = ""; byId("vhost").value = ""; byId("kind").value = ""; byId("holding").checked = false;
}

function begin() {
  document.title = shown(DATA.title);
  byId("title").textContent = shown(DATA.title);
  byId("totals").textContent = shown(DATA.subtitle);
  const choice = (value, text) => make("option", { value }, shown(text));
  byId("vhost").append(choice("", "all virtual hosts"), ...DATA.vhosts.map((name, at) => choice(at, name)));
  byId("vhost").hidden = DATA.vhosts.length < 2;
  const types = [...new Set(NODES.filter((node) => node.state !== "missing").map((node) => `${node.kind}:${node.type}`))].sort();
  byId("kind").append(choice("", "all kinds"), choice("exchange", "exchanges"), choice("queue", "queues"),
    ...types.map((type) => choice(type, type.split(":").reverse().join(" "))),
    ...["missing", "deleted"].filter((each) => NODES.some((node) => node.state === each)).map((each) => choice(each, each)));
  byId("tab-messages").hidden = !LAST && !DATA.journeys.length;
  byId("time").hidden = LAST < 1;
  byId("moment").max = LAST;
  let waiting = null;
  const filter = (read) => () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { read(); state.selected = null; showDetails(); showAll(); }, NODES.length > 500 ? 120 : 0);
  };
  byId("search").addEventListener("input", filter(() => { state.query = byId("search").value.trim().toLowerCase(); }));
  byId("vhost").addEventListener("change", filter(() => { state.vhost = byId("vhost").value; }));
  byId("kind").addEventListener("change", filter(() => { state.kind = byId("kind").value; }));
  byId("holding").addEventListener("change", filter(() => { state.holding = byId("holding").checked; }));
  for (const id of ["reset", "nothing-reset"]) byId(id).addEventListener("click", filter(resetFilters));
  const tabs = Object.keys(TABS).filter((tab) => !byId(`tab-${tab}`).hidden);
  for (const tab of tabs) {
    byId(`tab-${tab}`).addEventListener("click", () => { state.tab = tab; showAll(); });
    byId(`tab-${tab}`).addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      state.tab = tabs[(tabs.indexOf(state.tab) + by + tabs.length) % tabs.length];
      showAll();
      byId(`tab-${state.tab}`).focus();
    });
  }
  byId("moment").addEventListener("input", () => goTo(Number(byId("moment").value)));
  byId("step-first").addEventListener("click", () => goTo(0));
  byId("step-back").addEventListener("click", () => goTo(state.moment - 1));
  byId("step-forth").addEventListener("click", () => goTo(state.moment + 1));
  byId("step-last").addEventListener("click", () => goTo(LAST));
  byId("step-play").addEventListener("click", play);
  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !isTyping) { event.preventDefault(); byId("search").focus(); }
    if (event.key === "Escape" && state.selected) choose(null);
  });
  listenToPointers();
  let size = "";
  new ResizeObserver(() => {
    const now = `${byId("picture").clientWidth}x${byId("picture").clientHeight}`;
    if (size && now !== size && state.tab === "picture" && !state.selected) fit();
    size = now;
  }).observe(byId("picture"));
  showAll();
}
begin();
