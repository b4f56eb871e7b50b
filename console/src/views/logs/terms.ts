// Terms of a question, added to its text and taken out of it. Pure functions.

/** A value as it is written in a question: always quoted, so that it is compared as it is. */
export const quote = (value: string) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A field's name can be asked for when nothing in it means something in a question. */
export const canAsk = (field: string) => /^[\w.@/$-]+$/.test(field);

export const termOf = (field: string, value: string) => `${field}:${quote(value)}`;

// An OR binds loosest: what follows it would belong to its right side alone.
const hasOr = (query: string) => / OR /.test(query.replaceAll(/"(?:[^"\\]|\\.)*"|\([^()]*\)/g, ''));

/** The places of a term in a question, outside of quotes that are not its own. */
function find(query: string, term: string) {
  for (let at = query.indexOf(term); at >= 0; at = query.indexOf(term, at + 1)) {
    const before = query.slice(0, at);
    const quotes = before.replaceAll(/\\./g, '').split('"').length - 1;
    const isWhole = /(^|[\s(])$/.test(before) && /^($|[\s)])/.test(query.slice(at + term.length));
    if (quotes % 2 === 0 && isWhole) return at;
  }
  return -1;
}

export const has = (query: string, term: string) => find(query, term) >= 0;

/** A question without a term, and without the word that joined it. */
export function without(query: string, term: string) {
  const at = find(query, term);
  if (at < 0) return query;
  const before = query.slice(0, at).replace(/(\bAND\s+)?(\bNOT\s+)?$/, '').trimEnd();
  const after = query.slice(at + term.length).trimStart();
  return (before ? `${before} ${after}` : after.replace(/^AND\s+/, '')).trim();
}

/** A question that asks for a term besides. */
export function including(query: string, term: string) {
  const isExcluded = has(query, `NOT ${term}`);
  const rest = without(query, isExcluded ? `NOT ${term}` : term).trim();
  return rest ? `${hasOr(rest) ? `(${rest})` : rest} ${term}` : term;
}

/** A question that leaves a term out. */
export const excluding = (query: string, term: string) => including(without(query, term), `NOT ${term}`);

/** Where a refused question is wrong, counted from 0; null when the answer does not say it. */
export function placeOf(message: string) {
  const match = /character (\d+)/.exec(message);
  return match ? Number(match[1]) - 1 : null;
}
