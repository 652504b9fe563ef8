// The page follows the run by server-sent events, and sends the orders of its buttons.
import { showSettings, startSettings } from "./settings.js";
import { onLanguage, percent as inPercent, t } from "./texts.js";
import { start as startTrying } from "./try.js";

const $ = (id) => document.getElementById(id);
const text = (id, words) => { if ($(id).textContent !== words) $(id).textContent = words; };

const states = {
  waiting: "getting ready", training: "training", pausing: "pausing after this step", paused: "paused", stopping: "stopping after this epoch",
  stopped: "stopped and saved", done: "trained", failed: "failed: {0}", restarting: "starting again", gone: "the program has ended",
};

let trial; // the input fields, once there is a model
let last; // the newest status
let model;
let gone = false; // the program has ended
let replaced = 0; // the number of the run that this visitor has replaced by starting again
const pictures = new Map(); // the newest picture by name

// formats a loss with its significant digits
function decimals(x) {
  if (x === undefined) return "–";
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return x.toExponential(2);
  return size >= 1000 ? x.toFixed(1) : x.toFixed(4);
}
const percent = (x) => x === undefined ? "–" : inPercent(x, 2);
const count = (n) => n.toLocaleString("en");
function duration(seconds) {
  if (seconds === undefined) return "–";
  if (seconds < 60) return t("{0} s", Math.ceil(seconds));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t("{0} min {1} s", minutes, Math.floor(seconds % 60));
  return t("{0} h {1} min", Math.floor(minutes / 60), minutes % 60);
}

function showModel(next) {
  if (next.run !== model?.run) { // the pictures are of another net
    pictures.clear();
    for (const place of [$("curves"), $("pictures")]) { // nothing moves until the new ones come
      place.style.minHeight = place.getBoundingClientRect().height + "px";
    }
    for (const card of document.querySelectorAll("main figure[id]")) card.remove();
  }
  model = next;
  document.querySelector("main").dataset.run = model.run;
  document.title = model.program + " · live";
  text("program", model.program);
  delete $("about").dataset.t;
  // a net that is only served has no training to show
  $("run").hidden = !model.trains;
  modelWords();
  $("layers").replaceChildren(...model.layers.map((layer) => {
    const item = document.createElement("li");
    if (layer.parameters === 0) item.className = "plain";
    const kind = document.createElement("b"), shape = document.createElement("span");
    kind.textContent = layer.kind;
    shape.textContent = layer.output;
    item.append(kind, shape);
    return item;
  }));
  $("summary").tBodies[0].replaceChildren(...model.layers.map((layer) => {
    const line = document.createElement("tr");
    for (const words of [layer.name, layer.kind, layer.output, count(layer.parameters)]) {
      line.insertCell().textContent = words;
    }
    return line;
  }));
  showSettings(model);
  trial ??= startTrying(model);
}

function modelWords() {
  text("about", t(model.about));
  text("total", t("{0} parameters", count(model.parameters)));
}

function showPicture(picture) {
  pictures.set(picture.name, picture);
  let card = $(picture.name);
  if (!card) {
    card = document.createElement("figure");
    card.id = picture.name;
    card.className = picture.wide ? "card wide" : "card";
    const caption = document.createElement("figcaption"), note = document.createElement("p"), frame = document.createElement("div");
    note.className = "quiet";
    frame.className = "frame";
    frame.append(document.createElement("img"));
    card.append(caption, note, frame);
    // sorted by name
    const place = $(picture.curves ? "curves" : "pictures");
    const next = [...place.children].find((other) => other.id > card.id);
    place.insertBefore(card, next ?? null);
    place.style.minHeight = "";
  }
  pictureWords(picture);
  const image = card.querySelector("img");
  if (picture.error) {
    image.removeAttribute("src");
    return;
  }
  const old = image.src;
  image.src = URL.createObjectURL(new Blob([picture.svg], { type: "image/svg+xml" }));
  card.dataset.drawn = Number(card.dataset.drawn ?? 0) + 1;
  if (old) URL.revokeObjectURL(old);
}

function pictureWords(picture) {
  const card = $(picture.name), title = t(picture.title), about = t(picture.alt);
  card.querySelector("figcaption").textContent = title;
  card.querySelector("p").textContent = about;
  card.querySelector("img").alt = picture.error ? t("no picture: {0}", picture.error) : title + ": " + about;
}

const running = (s) => ["training", "pausing", "paused", "stopping"].includes(s.state);

// arrange puts the training first until it has ended, and then the inputs to try. The focused element keeps its place
// on the screen.
function arrange(s) {
  const trying = ["stopped", "done"].includes(s.state);
  const main = document.querySelector("main");
  if (main.classList.contains("trying") === trying) return;
  const held = document.activeElement?.closest("section");
  const before = held?.getBoundingClientRect().top;
  main.classList.toggle("trying", trying);
  if (held) scrollBy(0, held.getBoundingClientRect().top - before);
}

function showStatus(s) {
  gone = false;
  const before = last;
  last = s;
  arrange(s);
  text("state", t(states[s.state], s.message));
  $("dot").className = "dot " + s.state;
  $("share").value = s.share;
  text("epoch", s.epochs ? `${count(s.epoch)} / ${count(s.epochs)}` : "–");
  text("batch", s.batch ? `${count(s.batch)} / ${count(s.batches)}` : "–");
  text("left", running(s) ? duration(s.left) : "–");
  text("loss", decimals(s.loss));
  text("accuracy", percent(s.accuracy));
  text("val_loss", decimals(s.val_loss));
  text("val_accuracy", percent(s.val_accuracy));
  // reserve the largest width, so that nothing moves later
  $("epoch").style.minWidth = 2 * count(s.epochs).length + 3 + "ch";
  $("batch").style.minWidth = 2 * count(s.batches).length + 3 + "ch";
  for (const item of document.querySelectorAll(".metrics > div")) {
    const hidden = (item.classList.contains("if-accuracy") && s.accuracy === undefined) ||
      (item.classList.contains("if-validation") && s.val_loss === undefined);
    if (item.hidden !== hidden) item.hidden = hidden;
  }
  const holding = ["pausing", "paused"].includes(s.state);
  text("pause", t(holding ? "Resume" : "Pause"));
  $("pause").disabled = !holding && !["training", "waiting"].includes(s.state);
  $("stop").disabled = !holding && s.state !== "training";
  $("again").disabled = s.run <= replaced || ["waiting", "stopping", "restarting"].includes(s.state);
  showSpeed(s.speed);
  text("viewers", s.viewers > 1 ? t("{0} pages are watching.", s.viewers) : "");
  if (trial && (s.epoch !== before?.epoch || s.state !== before?.state)) trial.refresh();
}

const speeds = [1, 2, 5, 10, 25, 50, 100, 250, 1000, 10000];
let spoken = ""; // the text of the menu's first entry
function showSpeed(speed) {
  const menu = $("speed");
  const values = [...new Set([...speeds, speed])].filter((v) => v > 0).sort((a, b) => a - b);
  const words = values.map((v) => t(v === 1 ? "{0} epoch a second at most" : "{0} epochs a second at most", count(v)));
  if (words.join() !== spoken && document.activeElement !== menu) {
    menu.replaceChildren(...values.map((v, i) => new Option(words[i], v)), new Option(t("as fast as it goes"), 0));
    spoken = words.join();
  }
  if (document.activeElement !== menu && menu.value !== String(speed)) menu.value = speed;
}

// control sends an order and returns the HTTP status and the error of the answer. The page takes the new state only
// from the stream, because an answer may arrive after a newer event.
async function control(order) {
  try {
    const response = await fetch("control", { method: "POST", body: JSON.stringify(order) });
    const answer = await response.json();
    return { status: response.status, error: answer.error };
  } catch {
    return { status: 0, error: states.gone };
  }
}

$("pause").addEventListener("click", () => control({ action: ["pausing", "paused"].includes(last.state) ? "resume" : "pause" }));
$("stop").addEventListener("click", () => control({ action: "stop" }));
$("speed").addEventListener("change", (e) => {
  control({ action: "speed", speed: Number(e.target.value) });
  e.target.blur();
});
startSettings(async (run, settings) => {
  replaced = run;
  $("again").disabled = true;
  const answer = await control({ action: "again", run, settings });
  if (answer.status !== 200) {
    replaced = 0;
    if (last && !gone) showStatus(last);
  }
  return answer;
});

const stream = new EventSource("events");
stream.addEventListener("model", (e) => showModel(JSON.parse(e.data)));
stream.addEventListener("picture", (e) => showPicture(JSON.parse(e.data)));
stream.addEventListener("status", (e) => showStatus(JSON.parse(e.data)));
stream.addEventListener("error", () => {
  gone = true;
  showGone();
});

function showGone() {
  // keep the error of a failed run; the browser reconnects by itself
  if (last?.state !== "failed") text("state", t(states.gone));
  $("dot").className = "dot gone";
  $("pause").disabled = $("stop").disabled = $("again").disabled = true;
}

onLanguage(() => {
  if (model) modelWords();
  for (const picture of pictures.values()) pictureWords(picture);
  if (!last) text("state", t("connecting"));
  else if (gone) showGone();
  else showStatus(last);
});
