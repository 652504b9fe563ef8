// The canvas to draw a digit on by pointer or keys, or to drop a picture on.

import { onLanguage, percent, t } from "./texts.js";

const $ = (id) => document.getElementById(id);
const side = 280, pen = 22; // a stroke of MNIST is about a twelfth of the picture
const largest = 12_000_000; // the largest body that the server takes, in bytes; larger files are scaled down

// startPad calls picture with a Blob of each new drawing, empty when the paper is cleared, and complain with a message
// for a file that is not a picture.
export function startPad({ picture, empty, complain }) {
  const pad = $("pad"), context = pad.getContext("2d", { willReadFrequently: true });
  let drawn = false; // there is ink
  let sample = false; // the ink is a sample, until the visitor draws
  let at = null; // the position of the pointer while it is down
  let generation = 0; // counts changes of the paper: a picture of an older one is not sent
  let sending = 0;

  function wipe() {
    context.fillStyle = "#fff";
    context.fillRect(0, 0, side, side);
    context.strokeStyle = context.fillStyle = "#000";
    context.lineWidth = pen;
    context.lineCap = context.lineJoin = "round";
    drawn = sample = false;
    $("sample").hidden = true;
    generation++;
  }

  // a three, as an example
  function drawSample() {
    context.beginPath();
    context.moveTo(86, 80);
    context.bezierCurveTo(104, 42, 196, 42, 192, 94);
    context.bezierCurveTo(190, 126, 156, 134, 128, 134);
    context.bezierCurveTo(162, 134, 204, 146, 202, 184);
    context.bezierCurveTo(200, 240, 108, 244, 78, 202);
    context.stroke();
    drawn = sample = true;
    $("sample").hidden = false;
    send();
  }

  function begin() {
    if (sample) wipe();
  }

  function line(from, to) {
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y === from.y && to.x === from.x ? to.y + 0.01 : to.y);
    context.stroke();
    drawn = true;
  }

  function send() {
    const mine = ++generation;
    sending = performance.now();
    pad.toBlob((blob) => { if (mine === generation && drawn) picture(blob); });
  }

  const position = (e) => {
    const box = pad.getBoundingClientRect();
    return { x: (e.clientX - box.left) * side / box.width, y: (e.clientY - box.top) * side / box.height };
  };

  pad.addEventListener("pointerdown", (e) => {
    if (e.button !== 0 || at) return;
    begin();
    pad.setPointerCapture(e.pointerId);
    at = position(e);
    line(at, at);
    e.preventDefault();
    pad.focus({ preventScroll: true, focusVisible: false });
  });
  pad.addEventListener("pointermove", (e) => {
    if (!at) return;
    for (const point of e.getCoalescedEvents?.() ?? [e]) {
      const to = position(point);
      line(at, to);
      at = to;
    }
    if (performance.now() - sending > 150) send(); // update the bars while drawing
  });
  const lift = () => {
    if (!at) return;
    at = null;
    send();
  };
  pad.addEventListener("pointerup", lift);
  pad.addEventListener("pointercancel", lift);

  // the pen for keys: a cursor, visible while the paper has the focus
  const cursor = { x: side / 2, y: side / 2, down: false };
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  pad.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const step = steps[e.key];
    if (step) {
      const to = { x: Math.min(side, Math.max(0, cursor.x + 14 * step[0])), y: Math.min(side, Math.max(0, cursor.y + 14 * step[1])) };
      if (cursor.down) {
        line(cursor, to);
        send();
      }
      Object.assign(cursor, to);
    } else if (e.key === " ") {
      begin();
      cursor.down = !cursor.down;
      if (cursor.down) {
        line(cursor, cursor);
        send();
      }
    } else if (e.key === "Delete" || e.key === "Backspace") {
      clear();
    } else {
      return;
    }
    pad.setAttribute("aria-label", t(`Paper to draw a digit on. Pen ${cursor.down ? "down" : "up"} at {0} from the left, {1} from the top`,
      percent(cursor.x / side, 0), percent(cursor.y / side, 0)));
    e.preventDefault();
  });

  function clear() {
    wipe();
    cursor.down = false;
    empty();
  }
  $("clear").addEventListener("click", clear);

  // show a file on the paper, and send it unchanged unless it is large
  async function open(file) {
    wipe();
    empty();
    const mine = generation;
    let bitmap;
    try {
      bitmap = await createImageBitmap(file);
    } catch {
      if (file.size <= largest) picture(file); // the server reports what is wrong with it
      else complain(t("{0}: not a picture that this browser reads", file.name));
      return;
    }
    if (mine !== generation) return;
    const scale = Math.min(side / bitmap.width, side / bitmap.height);
    const width = bitmap.width * scale, height = bitmap.height * scale;
    context.drawImage(bitmap, (side - width) / 2, (side - height) / 2, width, height);
    picture(file.size <= largest ? file : await smaller(bitmap));
  }

  async function smaller(bitmap) {
    const scale = Math.min(1, 800 / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const small = canvas.getContext("2d");
    small.fillStyle = "#fff";
    small.fillRect(0, 0, canvas.width, canvas.height);
    small.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  }

  $("file").addEventListener("change", (e) => {
    if (e.target.files.length > 0) open(e.target.files[0]);
    e.target.value = ""; // so that the same file can be opened again
  });
  const area = $("try");
  addEventListener("dragover", (e) => { e.preventDefault(); area.classList.add("dropping"); });
  addEventListener("dragleave", (e) => { if (!e.relatedTarget) area.classList.remove("dropping"); });
  addEventListener("drop", (e) => {
    e.preventDefault();
    area.classList.remove("dropping");
    if (e.dataTransfer.files.length > 0) open(e.dataTransfer.files[0]);
  });
  addEventListener("paste", (e) => {
    if (e.clipboardData.files.length > 0) open(e.clipboardData.files[0]);
  });

  wipe();
  drawSample();
  onLanguage(() => pad.setAttribute("aria-label", t("Paper to draw a digit on")));
}
