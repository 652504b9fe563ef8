// Opens .onnx files with the parser of netron, without its user interface. Run by real_test.go.
//
// usage: node netron.mjs FOLDER FILE...   FOLDER: the folder of the Python package netron
//
// Prints a line for each file that netron cannot read or that has an operator unknown to it, and exits with 1.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import url from 'node:url';

const [folder, ...files] = process.argv.slice(2);

// Node loads the files as modules only if a package.json says so
const source = fs.mkdtempSync(path.join(os.tmpdir(), 'netron-'));
process.on('exit', () => fs.rmSync(source, { recursive: true }));
for (const name of fs.readdirSync(folder).filter((name) => /\.js(on)?$/.test(name))) {
    fs.copyFileSync(path.join(folder, name), path.join(source, name));
}
fs.writeFileSync(path.join(source, 'package.json'), '{"type": "module"}');
const load = (name) => import(url.pathToFileURL(path.join(source, name)));
const [base, view] = await Promise.all(['base.js', 'view.js'].map(load));

const host = {
    document: {},
    window: {},
    environment: () => undefined,
    event: () => undefined,
    require: (id) => load(`${id}.js`),
    request: async (name, encoding) => fs.readFileSync(path.join(source, name), encoding),
    exception: (error) => { throw error; }
};
const operators = JSON.parse(fs.readFileSync(path.join(source, 'onnx-metadata.json'))).map((operator) => operator.name);

const open = async (file) => {
    const stream = new base.BinaryStream(fs.readFileSync(file));
    const context = { identifier: path.basename(file), stream, entries: new Map(), require: host.require,
        error: host.exception, request: host.request };
    const model = await new view.ModelFactoryService(host).open(context);
    const graph = model.modules[0];
    const kinds = new Set(graph.nodes.map((node) => node.type.name));
    const unknown = [...kinds].filter((kind) => !operators.includes(kind));
    if (!model.format.startsWith('ONNX v8') || graph.nodes.length === 0 || unknown.length > 0) {
        throw new Error(`${model.format}, ${graph.nodes.length} nodes, unknown operators ${unknown}`);
    }
    const [input, output] = [graph.inputs[0].value[0], graph.outputs[0].value[0]];
    return `${graph.nodes.length} nodes, ${input.name} ${input.type} to ${output.name} ${output.type}`;
};

for (const file of files) {
    try {
        console.log(`${path.basename(file)}: ${await open(file)}`);
    } catch (error) {
        console.log(`WRONG ${path.basename(file)}: ${error.stack}`);
        process.exitCode = 1;
    }
}
