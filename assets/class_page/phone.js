"use strict";
// One phone of a class: asks what to show, shows it, says what was tapped. Nothing of how others vote comes here.
const place = location.pathname.replace(/\/+$/, "");
const words = document.body.dataset;
const split = document.body.classList.contains("split");
const told = document.getElementById("told");
const clips = document.getElementById("clips");
const canvases = [...clips.children];
const buttons = [...document.querySelectorAll("button")];
const ASK_MS = 1000, SLOW_MS = 4000, REST_SECONDS = 0.5;
let pair = "", said = "", wanted = null, films = [], began = 0, timer = 0, asking = false, answered = 0, seen = false;

function tell(text, kind = "") { told.textContent = text; told.className = kind; }

function show(state) {
  if (state.full) { pair = ""; tell(words.full, "away"); }
  if (state.pair !== pair) {
    wanted = null;
    pair = state.pair;
    films = [];
    if (pair && split) load(state.films);
  }
  said = state.said;
  seen = seen || Boolean(pair);
  paint();
}

function paint() {
  const chosen = wanted ? wanted.answer : said;
  for (const button of buttons) {
    button.disabled = !pair || (split && !films.length);
    button.setAttribute("aria-pressed", String(Boolean(pair) && chosen === button.dataset.answer));
  }
  clips.hidden = !split || !films.length;
  if (wanted) tell(words.sending);
  else if (pair) tell(said ? words.saved : words.vote, said ? "saved" : "");
  else if (split) tell(answered ? words.thanks : words.waitSplit);
  else tell(seen ? words.closed : words.wait);
}

async function load(about) {
  const mine = pair;
  const made = await Promise.all(about.map(async film => {
    const picture = new Image();
    picture.src = `${place}/clip/${film.clip}`;
    await picture.decode();
    return { ...film, picture };
  })).catch(() => null);
  if (mine !== pair) return;
  if (!made) { pair = ""; return; }
  made.forEach((film, side) => { canvases[side].width = film.width; canvases[side].height = film.height; });
  films = made;
  began = performance.now();
  paint();
}

function draw(now) {
  // Both in step, over and over, as on the projector.
  const pace = films.length ? films[0].pace : 1;
  const steps = Math.max(...films.map(film => film.steps), 1);
  const at = Math.floor((now - began) / 1000 * pace % (steps + REST_SECONDS * pace));
  films.forEach((film, side) => {
    const step = Math.min(at, film.steps - 1);
    const x = step % film.columns * film.width, y = Math.floor(step / film.columns) * film.height;
    canvases[side].getContext("2d").drawImage(film.picture, x, y, film.width, film.height, 0, 0, film.width, film.height);
  });
  requestAnimationFrame(draw);
}

async function ask() {
  if (asking || document.hidden) return;
  asking = true;
  let next = ASK_MS;
  const patience = new AbortController(), late = setTimeout(() => patience.abort(), SLOW_MS);
  try {
    const sent = wanted;
    const request = sent
      ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent) } : {};
    const answer = await fetch(place + (sent ? "/vote" : "/state"),
      { ...request, cache: "no-store", signal: patience.signal });
    if (answer.status === 403) { location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const state = await answer.json();
    if (sent && sent === wanted) {
      wanted = null;
      if (split && (state.receipt === "counted" || state.receipt === "changed")) answered += 1;
    }
    show(state);
    if (wanted) next = 0;
  } catch {
    tell(words.away, "away");
  } finally {
    asking = false;
    clearTimeout(late);
    clearTimeout(timer);
    // Not all at the same moment.
    timer = setTimeout(ask, next * (0.85 + 0.3 * Math.random()));
  }
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    if (!pair || (said === button.dataset.answer && !wanted)) return;
    wanted = { pair, answer: button.dataset.answer };
    paint();
    clearTimeout(timer);
    ask();
  });
}
document.addEventListener("visibilitychange", ask);
paint();
ask();
requestAnimationFrame(draw);
