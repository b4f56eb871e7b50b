// Where in the text of a definition a problem is. Pure functions.

/** A problem's path, such as `steps[1].url`, in parts. */
export const partsOf = (path: string) => [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(match => match[2] === undefined ? match[1]! : Number(match[2]));

/** The line, counted from 1, of the value that a path leads to, or of what comes nearest to it; 1 when the text is no JSON. */
export function lineOf(text: string, path: string) {
  let at = 0;
  let found = 0;
  const skip = () => { while (/[\s,:]/.test(text[at] ?? '')) at += 1; };
  const skipString = () => {
    const start = at;
    for (at += 1; at < text.length && text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
    at += 1;
    try {
      return JSON.parse(text.slice(start, at)) as string;
    } catch {
      return '';
    }
  };
  const skipValue = () => {
    if (text[at] === '"') skipString();
    else if (text[at] === '{' || text[at] === '[') {
      let depth = 0;
      do {
        if (text[at] === '"') skipString();
        else {
          if (text[at] === '{' || text[at] === '[') depth += 1;
          else if (text[at] === '}' || text[at] === ']') depth -= 1;
          at += 1;
        }
      } while (depth > 0 && at < text.length);
    } else while (at < text.length && !/[\s,\]}]/.test(text[at]!)) at += 1;
  };

  skip();
  for (const part of partsOf(path)) {
    found = at;
    const opening = text[at];
    if (opening !== (typeof part === 'number' ? '[' : '{')) break;
    at += 1;
    let isThere = false;
    for (let index = 0; at < text.length; index += 1) {
      skip();
      if (text[at] === ']' || text[at] === '}' || at >= text.length) break;
      const start = at;
      const name = opening === '{' ? skipString() : index;
      if (opening === '{') skip();
      if (name === part) {
        found = start;
        isThere = true;
        break;
      }
      skipValue();
    }
    if (!isThere) break;
    if (typeof part === 'number') found = at;
  }
  return text.slice(0, found).split('\n').length;
}
