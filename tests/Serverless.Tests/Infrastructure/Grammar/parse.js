// Prints the syntax trees of Bicep files as JSON, by path. The grammar knows no parameter files: what they assign reads like a variable.
const fs = require('node:fs');
const Parser = require('tree-sitter');
const bicep = require('tree-sitter-bicep');

const parser = new Parser();
parser.setLanguage(bicep);

function parse(file) {
  const source = fs.readFileSync(file, 'utf8');
  const text = file.endsWith('.bicepparam') ? source.replace(/^param(?= \w+ =)/gm, 'var  ') : source;
  return describe(parser.parse(text, undefined, { bufferSize: text.length * 2 + 1 }).rootNode);
}

function describe(node) {
  return {
    type: node.isMissing ? 'MISSING' : node.type,
    line: node.startPosition.row + 1,
    text: node.text,
    // Punctuation matters only where it is missing.
    children: node.children.filter(child => child.isNamed || child.isMissing || child.isError).map(describe),
  };
}

process.stdout.write(JSON.stringify(Object.fromEntries(process.argv.slice(2).map(file => [file, parse(file)]))));
