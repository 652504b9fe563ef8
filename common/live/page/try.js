// Trying the net: sends the input to /predict whenever it changes, and again after each epoch.
import { startPad } from "./pad.js";
import { onLanguage, percent, t } from "./texts.js";

const $ = (id) => document.getElementById(id);

// start shows the inputs of a model. It returns an object with refresh, which predicts again.
export function start(model) {
  let wanted = null; // the newest input that has not been sent
  let current = null; // the input of the answer on the page
  let asking = false;
  let refreshed = 0;
  let shown = null; // the answer on the page, and its time

  async function ask() {
    if (asking) return; // the newest input is sent after the answer
    asking = true;
    while (wanted) {
      const input = wanted;
      wanted = null;
      try {
        const response = await fetch("predict", { method: "POST", body: input.body, headers: { "Content-Type": input.type } });
        const answer = await response.json();
        if (response.ok) {
          current = input;
          show(answer, performance.now() - input.since);
        } else {
          current = null;
          complain(answer.error);
        }
      } catch {
        complain(t("no answer: the program has ended"));
        wanted = null;
      }
    }
    asking = false;
  }

  const bars = (model.labels ?? []).map((label) => {
    const item = document.createElement("li");
    const name = document.createElement("span"), track = document.createElement("div"), share = document.createElement("span");
    const bar = document.createElement("div");
    name.textContent = label;
    track.className = "track";
    bar.className = "bar";
    share.className = "share";
    track.append(bar);
    item.append(name, track, share);
    return { item, bar, share };
  });
  $("bars").replaceChildren(...bars.map((b) => b.item));
  $("bars").hidden = bars.length === 0;

  function show(answer, milliseconds) {
    shown = { answer, milliseconds };
    $("problem").hidden = true;
    const verdict = document.createElement("strong"), rest = document.createElement("span");
    if (answer.digits) {
      verdict.textContent = answer.digits.map((d) => d.label).join(" ");
      rest.textContent = " " + t("a number of {0} digits, probabilities {1}", answer.digits.length,
        answer.digits.map((d) => percent(Math.max(...d.probabilities), 1)).join(", "));
      emptyBars();
    } else if (answer.probabilities) {
      const best = answer.probabilities.indexOf(Math.max(...answer.probabilities));
      verdict.textContent = answer.label;
      rest.textContent = " " + t("probability {0}", percent(answer.probabilities[best], 1));
      answer.probabilities.forEach((p, i) => {
        bars[i].bar.style.width = 100 * p + "%";
        bars[i].share.textContent = percent(p, 1);
        bars[i].item.classList.toggle("best", i === best);
      });
    } else {
      rest.textContent = t(model.output) + " ";
      verdict.textContent = Math.abs(answer.output) >= 100 ? answer.output.toFixed(1) : answer.output.toFixed(3);
    }
    const line = document.createElement("p");
    line.className = "verdict";
    line.append(...(answer.output === undefined ? [verdict, rest] : [rest, verdict]));
    if ($("answer").textContent !== line.textContent) $("answer").replaceChildren(line);
    $("answered").textContent = t("answered in {0} ms", Math.max(1, Math.round(milliseconds)));
    const seen = (answer.digits ?? [answer]).map((d) => d.pixels);
    if (seen[0]) showPixels(seen);
  }

  function complain(message) {
    $("problem").textContent = message;
    $("problem").hidden = false;
    clear();
  }

  function clear() {
    current = wanted = shown = null;
    $("answered").textContent = "";
    const line = document.createElement("p"), quiet = document.createElement("span");
    line.className = "verdict";
    quiet.className = "quiet";
    quiet.textContent = t("no answer yet");
    line.append(quiet);
    $("answer").replaceChildren(line);
    emptyBars();
    if (!model.inputs) showPixels([nothing]);
  }

  function emptyBars() {
    for (const b of bars) {
      b.bar.style.width = "0";
      b.share.textContent = "";
      b.item.classList.remove("best");
    }
  }

  function send(body, type) {
    wanted = { body, type, since: performance.now() };
    ask();
  }

  clear();
  if (model.inputs) {
    startSliders(model.inputs, (values) => {
      const question = JSON.stringify({ inputs: values });
      $("curl").textContent = `curl ${location.origin}/predict -d '${question}'`;
      send(question, "application/json");
    });
  } else {
    $("pad-area").hidden = false;
    $("curl").textContent = `curl ${location.origin}/predict --data-binary @picture.png`;
    startPad({
      picture: (blob) => send(blob, blob.type || "application/octet-stream"),
      empty: () => { clear(); $("problem").hidden = true; },
      complain,
    });
  }
  onLanguage(() => {
    if (shown) show(shown.answer, shown.milliseconds);
    else if (!current && !asking && $("problem").hidden) clear();
  });
  return {
    refresh() {
      if (!current || asking || document.hidden || performance.now() - refreshed < 500) return;
      refreshed = performance.now();
      wanted = { ...current, since: refreshed };
      ask();
    },
  };
}

const nothing = new Array(784).fill(0);

// shows the net's input for each digit, from left to right: 0 is paper, 255 is ink
function showPixels(digits) {
  const canvas = $("saw"), context = canvas.getContext("2d");
  canvas.width = 28 * digits.length;
  digits.forEach((pixels, i) => {
    const image = context.createImageData(28, 28);
    pixels.forEach((ink, k) => {
      image.data.set([255 - ink, 255 - ink, 255 - ink, 255], 4 * k);
    });
    context.putImageData(image, 28 * i, 0);
  });
  const seen = digits.length > 1 ? t("the {0} digits as the net sees them", digits.length) : t("the digit as the net sees it");
  canvas.setAttribute("aria-label", digits[0].some((ink) => ink > 0) ? seen : t("nothing yet"));
}

function startSliders(inputs, changed) {
  const form = $("sliders");
  const values = inputs.map((input) => input.value);
  inputs.forEach((input, i) => {
    const slider = document.createElement("div"), label = document.createElement("label");
    const range = document.createElement("input"), number = document.createElement("input");
    slider.className = "slider";
    label.htmlFor = "input-" + i;
    for (const [field, type] of [[range, "range"], [number, "number"]]) {
      field.type = type;
      field.step = type === "number" ? "any" : input.step;
      if (type === "range") [field.min, field.max] = [input.min, input.max];
      field.value = input.value;
    }
    range.id = "input-" + i;
    onLanguage(() => {
      label.textContent = t(input.name);
      number.setAttribute("aria-label", t("{0}, any number", t(input.name)));
    });
    const set = (field, other) => () => {
      if (field.value === "" || !Number.isFinite(field.valueAsNumber)) return; // not a number yet
      values[i] = field.valueAsNumber;
      other.value = field.value;
      changed(values);
    };
    range.addEventListener("input", set(range, number));
    number.addEventListener("input", set(number, range));
    slider.append(label, range, number);
    form.append(slider);
  });
  form.addEventListener("submit", (e) => e.preventDefault());
  form.hidden = false;
  changed(values);
}
