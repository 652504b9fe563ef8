// The settings of the next run, and the button that starts it.
import { onLanguage, t } from "./texts.js";

const $ = (id) => document.getElementById(id);
let model = { settings: null };
const fields = new Map(); // the field of each setting by name
let message = ""; // why the run did not start again, in English

// plain formats a number without an exponent.
const plain = (x) => Number(x).toLocaleString("en", { maximumFractionDigits: 20, useGrouping: false });

function makeField(setting) {
  const box = document.createElement("div"), label = document.createElement("label"), range = document.createElement("span");
  const input = document.createElement(setting.choices ? "select" : "input");
  box.className = "field";
  input.id = "setting-" + setting.name;
  label.htmlFor = input.id;
  range.className = "range";
  range.id = input.id + "-range";
  if (!setting.choices) {
    input.inputMode = setting.whole ? "numeric" : "decimal";
    input.autocomplete = "off";
    input.setAttribute("aria-describedby", range.id);
  }
  const field = { setting, input, label, range, changed: false };
  input.addEventListener("input", () => {
    field.changed = true;
    const choice = setting.choices?.find((c) => c.name === input.value);
    for (const [name, value] of Object.entries(choice?.with ?? {})) {
      const other = fields.get(name);
      if (other) [other.input.value, other.changed] = [value, true];
    }
    check();
  });
  box.append(label, input, range);
  fields.set(setting.name, field);
  return box;
}

// wrong reports whether a field has a value out of its range.
function wrong({ setting, input }) {
  if (setting.choices) return false;
  const text = input.value.trim(), value = Number(text);
  return text === "" || !(value >= setting.min && value <= setting.max) || setting.whole && !/^\d+$/.test(text);
}

function check() {
  let all = true;
  for (const field of fields.values()) {
    const bad = wrong(field);
    field.input.setAttribute("aria-invalid", bad);
    all &&= !bad;
  }
  if (all) say("");
  return all;
}

function say(words) {
  message = words;
  $("refused").textContent = t(words);
  $("refused").hidden = words === "";
}

function words() {
  for (const { setting, input, label, range } of fields.values()) {
    label.textContent = t(setting.name);
    if (setting.choices) {
      for (const option of input.options) option.textContent = option.value || t("that of the file");
    } else {
      range.textContent = t("{0} to {1}", plain(setting.min), plain(setting.max));
    }
  }
  say(message);
}

// showSettings shows the settings of a run. Values that the visitor has changed stay, unless the visitor started the
// run.
export function showSettings(next) {
  const names = (m) => (m.settings ?? []).map((s) => s.name).join();
  if (names(next) !== names(model)) {
    fields.clear();
    $("fields").replaceChildren(...(next.settings ?? []).map(makeField));
  }
  model = next;
  $("settings").hidden = !next.settings;
  for (const setting of next.settings ?? []) {
    const field = fields.get(setting.name), value = field.input.value;
    field.setting = setting;
    if (setting.choices) field.input.replaceChildren(...setting.choices.map((c) => new Option(c.name, c.name)));
    field.input.value = field.changed ? value : setting.value;
  }
  words();
  check();
}

// startSettings calls start with the settings that the visitor has chosen; start returns the server's answer.
export function startSettings(start) {
  $("settings").addEventListener("submit", async (e) => {
    e.preventDefault();
    if (!check()) {
      say("Some settings are out of range: see under the fields. The run goes on.");
      return;
    }
    const values = {};
    for (const [name, field] of fields) values[name] = field.input.value.trim();
    const { status, error } = await start(model.run, values);
    if (status === 200) {
      for (const [name, field] of fields) field.changed &&= field.input.value.trim() !== values[name]; // typed meanwhile
      say("");
    } else {
      say(status === 409 && error.startsWith("another visitor")
        ? "Another visitor has just started again. The fields show the settings of that run, except those that you have changed: press again to start yours."
        : error);
    }
  });
  onLanguage(words);
}
