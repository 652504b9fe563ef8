// The page follows the run by server-sent events, and sends the orders of its buttons.
import { start as startTrying } from "./try.js";

const $ = (id) => document.getElementById(id);
const text = (id, words) => { if ($(id).textContent !== words) $(id).textContent = words; };

const states = {
  waiting: "getting ready", training: "training", pausing: "pausing after this step", paused: "paused", stopping: "stopping after this epoch",
  stopped: "stopped and saved", done: "trained", failed: "failed", gone: "the program has ended",
};

let trial; // tries the model, once there is one
let last = { state: "waiting", epoch: 0 };

// a loss, with the digits that matter
function decimals(x) {
  if (x === undefined) return "–";
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return x.toExponential(2);
  return size >= 1000 ? x.toFixed(1) : x.toFixed(4);
}
const percent = (x) => x === undefined ? "–" : (100 * x).toFixed(2) + " %";
const count = (n) => n.toLocaleString("en");
function duration(seconds) {
  if (seconds === undefined) return "–";
  if (seconds < 60) return Math.ceil(seconds) + " s";
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function showModel(model) {
  document.title = model.program + " · live";
  text("program", model.program);
  text("about", model.about);
  // a net that is only served has no training to show
  $("run").hidden = !model.trains;
  document.querySelector("main").classList.toggle("only-try", !model.trains);
  text("total", count(model.parameters) + " parameters");
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
  trial ??= startTrying(model);
}

function showPicture(picture) {
  let card = $(picture.name);
  if (!card) {
    card = document.createElement("figure");
    card.id = picture.name;
    card.className = "card";
    const caption = document.createElement("figcaption"), frame = document.createElement("div");
    caption.textContent = picture.title;
    frame.className = "frame";
    frame.append(document.createElement("img"));
    card.append(caption, frame);
    // in the order of their names
    const next = [...$("pictures").children].find((other) => other.id > card.id);
    $("pictures").insertBefore(card, next ?? null);
  }
  const image = card.querySelector("img");
  image.alt = picture.error ? "no picture: " + picture.error : picture.title + ": " + picture.alt;
  if (picture.error) {
    image.removeAttribute("src");
    return;
  }
  const old = image.src;
  image.src = URL.createObjectURL(new Blob([picture.svg], { type: "image/svg+xml" }));
  card.dataset.drawn = Number(card.dataset.drawn ?? 0) + 1;
  if (old) URL.revokeObjectURL(old);
}

function showStatus(s) {
  const running = ["training", "pausing", "paused", "stopping"].includes(s.state);
  text("state", s.state === "failed" ? "failed: " + s.message : states[s.state]);
  $("dot").className = "dot " + s.state;
  $("share").value = s.share;
  text("epoch", s.epochs ? `${count(s.epoch)} / ${count(s.epochs)}` : "–");
  text("batch", s.batch ? `${count(s.batch)} / ${count(s.batches)}` : "–");
  text("left", running ? duration(s.left) : "–");
  text("loss", decimals(s.loss));
  text("accuracy", percent(s.accuracy));
  text("val_loss", decimals(s.val_loss));
  text("val_accuracy", percent(s.val_accuracy));
  for (const item of document.querySelectorAll(".metrics > div")) {
    const hidden = (item.classList.contains("if-accuracy") && s.accuracy === undefined) ||
      (item.classList.contains("if-validation") && s.val_loss === undefined);
    if (item.hidden !== hidden) item.hidden = hidden;
  }
  const holding = ["pausing", "paused"].includes(s.state);
  text("pause", holding ? "Resume" : "Pause");
  $("pause").disabled = !holding && !["training", "waiting"].includes(s.state);
  $("stop").disabled = !holding && s.state !== "training";
  showSpeed(s.speed);
  text("viewers", s.viewers > 1 ? `${s.viewers} pages are watching.` : "");
  if (trial && (s.epoch !== last.epoch || s.state !== last.state)) trial.refresh();
  last = s;
}

const speeds = [1, 2, 5, 10, 25, 50, 100, 250, 1000, 10000];
function showSpeed(speed) {
  const menu = $("speed");
  if (document.activeElement === menu && menu.options.length > 0) return;
  const values = [...new Set([...speeds, speed])].filter((v) => v > 0).sort((a, b) => a - b);
  if (menu.options.length !== values.length + 1) {
    menu.replaceChildren(...values.map((v) => new Option(`${count(v)} epoch${v === 1 ? "" : "s"} a second at most`, v)),
      new Option("as fast as it goes", 0));
  }
  if (menu.value !== String(speed)) menu.value = speed;
}

async function control(order) {
  const response = await fetch("control", { method: "POST", body: JSON.stringify(order) });
  if (response.ok) showStatus(await response.json());
}

$("pause").addEventListener("click", () => control({ action: ["pausing", "paused"].includes(last.state) ? "resume" : "pause" }));
$("stop").addEventListener("click", () => control({ action: "stop" }));
$("speed").addEventListener("change", (e) => {
  control({ action: "speed", speed: Number(e.target.value) });
  e.target.blur();
});

const stream = new EventSource("events");
stream.addEventListener("model", (e) => showModel(JSON.parse(e.data)));
stream.addEventListener("picture", (e) => showPicture(JSON.parse(e.data)));
stream.addEventListener("status", (e) => showStatus(JSON.parse(e.data)));
stream.addEventListener("error", () => {
  // the error of a failed run stays; the browser connects again by itself
  if (last.state !== "failed") text("state", states.gone);
  $("dot").className = "dot gone";
  $("pause").disabled = $("stop").disabled = true;
});
