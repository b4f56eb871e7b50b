// The address is the state: which view is open, and all that it was told. Back goes back, and a copied link shows the same.

import { batch, computed, signal } from '@preact/signals';

const root = '/console';

/** Parameters that go along from view to view. */
const carried = ['range', 'from', 'to', 'project'];

function read() {
  const { pathname, search } = window.location;
  const path = pathname === root || pathname.startsWith(`${root}/`) ? pathname.slice(root.length) : pathname;
  return { path: path.replace(/\/+$/, '') || '/', query: new URLSearchParams(search) };
}

const current = signal(read());

/** The view's path, such as `/logs` or `/runs/0192…`; `/` before a view was chosen. */
export const path = computed(() => current.value.path);

/** The parameters of the address. */
export const query = computed(() => current.value.query);

/** The segments of the view's path, decoded. */
export const segments = computed(() => path.value.split('/').slice(1).map(segment => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}));

/** One parameter of the address; an empty text when it is not there. */
export const parameter = (name: string) => query.value.get(name) ?? '';

/** All values of a parameter. */
export const parameters = (name: string) => query.value.getAll(name);

export type Changes = Record<string, string | readonly string[] | null | undefined>;

function write(parameters: URLSearchParams, changes: Changes) {
  for (const [name, value] of Object.entries(changes)) {
    parameters.delete(name);
    if (value === null || value === undefined || value === '') continue;
    for (const one of typeof value === 'string' ? [value] : value) parameters.append(name, one);
  }
  return parameters;
}

function text(viewPath: string, parameters: URLSearchParams) {
  const full = viewPath === '/docs' || viewPath.startsWith('/docs/') ? viewPath : `${root}${viewPath === '/' ? '' : viewPath}`;
  const search = parameters.toString();
  return search ? `${full}?${search}` : full;
}

/** The address of a view, with the range and the project of now unless they are given. */
export function to(viewPath: string, changes: Changes = {}) {
  const kept = new URLSearchParams();
  for (const name of carried) for (const value of query.value.getAll(name)) kept.append(name, value);
  return text(viewPath, write(kept, changes));
}

/** Joins the segments of a path, each as one, whatever is in it. */
export const pathOf = (...parts: string[]) => parts.map(part => `/${encodeURIComponent(part)}`).join('');

/** Opens an address of `to`. */
export function open(address: string, { replace = false } = {}) {
  window.history[replace ? 'replaceState' : 'pushState'](null, '', address);
  current.value = read();
}

/** Changes parameters of the view that is open. Typing replaces, choosing pushes. */
export function change(changes: Changes, { replace = false } = {}) {
  const address = text(path.value, write(new URLSearchParams(query.value), changes));
  if (address !== window.location.pathname + window.location.search) open(address, { replace });
}

/** Follows the browser's own buttons, and links within the page. Called once. */
export function follow() {
  window.addEventListener('popstate', () => batch(() => { current.value = read(); }));
  document.addEventListener('click', event => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.target || link.hasAttribute('download')) return;
    const { origin, pathname } = new URL(link.href);
    if (origin !== window.location.origin || !(pathname === '/docs' || pathname === root || pathname.startsWith(`${root}/`)) || pathname.startsWith(`${root}/assets/`)) return;
    event.preventDefault();
    open(link.href);
  });
}
