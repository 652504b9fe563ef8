"""Prints as JSON what TensorBoard reads from a folder with runs: by its readers in Python, and by its pages, which it
serves with each of its two readers."""
import base64
import json
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import numpy as np
from tensorboard.backend.event_processing import plugin_event_multiplexer
from tensorboard.util import tensor_util

folder, wanted = sys.argv[1], int(sys.argv[2])  # and the number of runs in it


def read():
    multiplexer = plugin_event_multiplexer.EventMultiplexer().AddRunsFromDirectory(folder)
    multiplexer.Reload()
    runs = {}
    for run, has in multiplexer.Runs().items():
        tags = runs[run] = {}
        for tag in has["tensors"]:
            about = multiplexer.SummaryMetadata(run, tag)
            events = multiplexer.Tensors(run, tag)
            first = tensor_util.make_ndarray(events[0].tensor_proto)
            tags[tag] = {
                "plugin": about.plugin_data.plugin_name,
                "content": base64.b64encode(about.plugin_data.content).decode(),
                "class": about.data_class,
                "steps": [e.step for e in events],
                "dtype": str(first.dtype),
                "shape": list(first.shape),
            }
            if first.dtype != object:
                tags[tag]["numbers"] = [tensor_util.make_ndarray(e.tensor_proto).astype(float).ravel().tolist()
                                        for e in events]
    return runs


class Server:
    """TensorBoard on a free port."""

    def __init__(self, fast):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tensorboard.main", "--logdir", folder, "--host", "127.0.0.1", "--port", "0",
             "--load_fast", fast],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.said = []
        for line in self.process.stderr:
            self.said.append(line)
            if " at http://" in line:
                self.address = line.split(" at ")[1].split()[0].rstrip("/")
                return
        raise SystemExit("TensorBoard does not start: " + "".join(self.said))

    def get(self, path, body=None, **query):
        url = self.address + path + ("?" + urllib.parse.urlencode(query) if query else "")
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def json(self, path, body=None, **query):
        return json.loads(self.get(path, body, **query))

    def pages(self):
        """The content of its pages once it has read all runs."""
        before = None
        for _ in range(100):
            said = self.shown()
            if len(said["runs"]) == wanted and said == before:
                break
            before = said
            time.sleep(0.5)
        return said

    def shown(self):
        plugin = "/data/plugin/"
        said = {"runs": self.json("/data/runs")}
        for name in "scalars", "histograms", "images":
            said[name] = {run: sorted(tags) for run, tags in self.json(plugin + name + "/tags").items()}
        said["curves"] = {
            run: [[step, value] for _, step, value in
                  self.json(plugin + "scalars/scalars", run=run, tag="epoch_loss")]
            for run, tags in said["scalars"].items() if "epoch_loss" in tags}
        said["pictures"] = {}
        for run, tags in said["images"].items():
            for tag in tags:
                sample = self.json(plugin + "images/images", run=run, tag=tag, sample=0)[0]
                picture = self.get(plugin + "images/individualImage?" + sample["query"])
                said["pictures"][run + "/" + tag] = base64.b64encode(picture).decode()
        info = self.json(plugin + "graphs/info")
        said["graphs"] = {run: {"run_graph": g["run_graph"], "tags": sorted(g["tags"])} for run, g in info.items()}
        said["nodes"] = {}
        for run, g in info.items():
            if g["run_graph"]:
                said["nodes"][run] = self.get(plugin + "graphs/graph", run=run).decode().count("node {")
            for tag, has in g["tags"].items():
                if has["conceptual_graph"]:
                    text = self.get(plugin + "graphs/graph", run=run, tag=tag, conceptual="true").decode()
                    said["nodes"][run + "/" + tag] = text.count("node {")
        experiment = self.json(plugin + "hparams/experiment", {"experimentName": ""})
        groups = self.json(plugin + "hparams/session_groups", {
            "experimentName": "", "allowedStatuses": ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE",
                                                      "STATUS_RUNNING"],
            "colParams": [{"metric": m["name"]} for m in experiment.get("metricInfos", [])],
            "startIndex": 0, "sliceSize": 100})
        said["hparams"] = sorted(h["name"] for h in experiment["hparamInfos"])
        said["sessions"] = {}
        for g in groups["sessionGroups"]:
            for s in g["sessions"]:
                said["sessions"][s["name"]] = {
                    "status": s.get("status", ""), "hparams": g["hparams"],
                    "metrics": [[v["name"].get("group", ""), v["name"]["tag"], v["trainingStep"] if "trainingStep" in v else 0]
                                for v in s["metricValues"]]}
        return said

    def stop(self):
        self.process.terminate()
        self.process.wait()


said = {"read": read(), "pages": {}}
for fast in "true", "false":
    server = Server(fast)
    try:
        said["pages"][fast] = server.pages()
    finally:
        server.stop()
json.dump(said, sys.stdout)
