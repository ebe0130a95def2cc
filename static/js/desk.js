// The desk, for whoever has scripts: says what is new in a list, shows who else is at an enquiry, and lets letters press
// the buttons of the list. Every page works without it, and nothing moves under its reader's eyes.

const SECOND = 1000;

// Asks an address again and again, while somebody can see the page. Each answer has a tag: nothing new costs nothing.
function poll(address, seconds, tell) {
  let tag = "";
  let waiting = 0;

  async function ask() {
    clearTimeout(waiting);
    if (document.hidden) return;
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(address, { headers, redirect: "manual", cache: "no-store" }).catch(() => null);
    if (answer?.status === 200) {
      tag = answer.headers.get("ETag");
      tell(await answer.json());
    }
    // Whoever is signed out meanwhile is asked to sign in, and an enquiry may be out of sight: then it is over.
    if (answer === null || answer.status === 200 || answer.status === 304 || answer.status >= 500) {
      waiting = setTimeout(ask, seconds * SECOND);
    }
  }

  document.addEventListener("visibilitychange", ask);
  waiting = setTimeout(ask, seconds * SECOND);
}

// What is new or changed is said in one quiet line; the rows stay where they are until it is pressed.
function watchList(line) {
  const rows = [...document.querySelectorAll("[data-seen]")].map((row) => row.dataset.seen);
  const address = `${line.dataset.address}&${new URLSearchParams({ seen: rows.join(" ") })}`;
  const update = document.createElement("a");
  update.href = location.pathname + location.search;
  update.textContent = "Update the list";

  poll(address, 20, ({ changed, here }) => {
    const words = changed ? `${changed < 100 ? changed : "Over 99"} new or changed since you looked. ` : "";
    if (line.firstChild?.textContent !== words) line.replaceChildren(...(words ? [words, update] : []));
    for (const place of document.querySelectorAll("[data-here]")) {
      const who = here[place.dataset.here] ?? "";
      if (place.textContent !== who) place.textContent = who;
    }
  });
}

// Says that this page's person looks or writes, and shows who else does.
function watchEnquiry(line) {
  const { address, token } = line.dataset;
  let typed = 0;

  const isWriting = () => Date.now() - typed < 60 * SECOND;
  const say = (doing) =>
    fetch(address, {
      method: "PUT",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams({ doing }),
      keepalive: true,
      redirect: "manual",
    }).catch(() => null);
  const beat = () => document.hidden || say(isWriting() ? "writing" : "looking");

  document.addEventListener("input", (event) => {
    if (!event.target.matches("textarea")) return;
    const began = !isWriting();
    typed = Date.now();
    if (began) beat();
  });
  addEventListener("pagehide", () => say("left"));
  setTimeout(beat, SECOND);
  setInterval(beat, 30 * SECOND);
  poll(address, 10, ({ here }) => {
    if (line.textContent !== here) line.textContent = here;
  });
}

// Single letters, only while the list itself has the focus (WCAG 2.1.4), each for something that can be seen.
function listen(list, help) {
  const rows = [...list.querySelectorAll("[data-seen]")];
  const said = document.getElementById("said");
  const several = document.getElementById("several");

  const current = () => rows.indexOf(document.activeElement.closest("[data-seen]"));
  const open = (row) => row.querySelector(".queue__open");
  const tick = (row) => row.querySelector("[name=row]");
  const say = (words) => {
    said.textContent = words;
  };
  const go = (index) => (rows[index] ? open(rows[index]).focus() : say("There are no more rows on this page"));

  const alone = (key) => (row) => {
    for (const other of rows) tick(other).checked = other === row;
    several.requestSubmit(several.querySelector(`[data-key="${key}"]`));
  };
  const claim = (row) => {
    const button = row.querySelector('[data-key="c"]');
    if (button) button.click();
    else say("Somebody has this one already");
  };
  const nextUnclaimed = () => {
    const next = rows.findIndex((row, index) => index > current() && row.querySelector('[data-key="c"]'));
    if (next < 0) say("Somebody has each of the next on this page");
    else go(next);
  };
  const undo = () => {
    const last = document.querySelector('a[data-key="z"]');
    if (last) last.click();
    else say("There is nothing to undo");
  };
  const toggleHelp = () => {
    help.open = !help.open;
    if (help.open) help.querySelector("summary").focus();
    else (rows[0] ? open(rows[0]) : list).focus();
  };

  const anywhere = {
    j: () => go(current() + 1),
    k: () => go(Math.max(current() - 1, 0)),
    n: nextUnclaimed,
    z: undo,
    "?": toggleHelp,
  };
  const onRow = {
    x: (row) => tick(row).click(),
    c: claim,
    r: alone("r"),
    p: alone("p"),
    e: alone("e"),
  };

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && !"jk".includes(event.key)) return;
    const row = rows[current()];
    const isOpen = event.key === "Enter" && row && !event.target.matches("a, button");
    const deed = isOpen ? () => open(row).click() : anywhere[event.key] ?? (row && onRow[event.key]);
    if (!deed) return;
    event.preventDefault();
    say("");
    deed(row);
  }

  list.tabIndex = 0;
  list.addEventListener("keydown", press);
  help.addEventListener("keydown", (event) => {
    if (event.key === "?" || event.key === "Escape") toggleHelp();
  });
}

const news = document.getElementById("news");
const presence = document.getElementById("presence");
const list = document.getElementById("queue");
const help = document.getElementById("keys");
if (news) watchList(news);
if (presence) watchEnquiry(presence);
if (help) help.hidden = false;
if (help && list?.dataset.keys === "on") listen(list, help);
