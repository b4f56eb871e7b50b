// Requests to the API, typed by its own description. What was asked is remembered, so that every view can say which requests it is made of.

import { signal } from '@preact/signals';
import type { paths } from './description';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type PathWith<M extends Method> = { [P in keyof paths]: paths[P] extends { [K in M]: object } ? P : never }[keyof paths] & string;
type OperationOf<P extends keyof paths, M extends Method> = paths[P] extends { [K in M]: infer O } ? O : never;
type Json<C> = C extends { content: { 'application/json': infer T } } ? T : never;
type AnswerOf<O> = O extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : never }[keyof R] : never;
type BodyOf<O> = O extends { requestBody?: infer B } ? Json<NonNullable<B>> : undefined;

/** The answer to a request. */
export type Answer<P extends PathWith<M>, M extends Method = 'get'> = AnswerOf<OperationOf<P, M>>;

export type Value = string | number | boolean | null | undefined;

export interface Ask {
  /** The values in the path. */
  path?: Record<string, string>;
  /** The query; a list gives a parameter more than once. */
  query?: Record<string, Value | readonly Value[]>;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

/** A request as it was sent: what `copy as curl` writes down. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body?: string;
}

/** What is wrong with a part of a request; each surface has a word of its own for where. */
export interface Problem { field?: string; name?: string; param?: string | null; code?: string; message: string; position?: number }

/** An answer that is an error, or none at all. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly requestId: string | null,
    readonly code: string | null = null,
    readonly details: readonly Problem[] = [],
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }

  /** Whether asking again may help. */
  get isTransient() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The requests of the view that is open, newest last, each address once. */
export const sent = signal<readonly Sent[]>([]);

/** Called with each answer that says that the session is over. */
export const onSignedOut: { handler: () => void } = { handler: () => {} };

/** The operator's key while it is in use: in memory and nowhere else. */
export const adminKey = signal('');

/** A key of one's own, to try operations with: in memory and nowhere else. */
export const ownKey = signal('');

// How far the clock of the server is ahead of ours, as its answers tell: to the second, so that less is nothing.
let ahead = 0;

/** The time by the clock of the server, in milliseconds. */
export const now = () => Date.now() + ahead;

/** Forgets all keys that were typed in. */
export function forgetKeys() {
  adminKey.value = '';
  ownKey.value = '';
}

/** The address of a request. */
export function urlOf(template: string, { path = {}, query = {} }: Ask = {}) {
  const full = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== '') search.append(name, String(one));
    }
  }
  return search.size ? `${full}?${search}` : full;
}

/** Notes a request for `copy as curl`. */
export function note(request: Sent) {
  const others = sent.peek().filter(other => other.method !== request.method || other.url.split('?')[0] !== request.url.split('?')[0]);
  sent.value = [...others.slice(-11), request];
}

async function failureOf(response: Response) {
  const requestId = response.headers.get('X-Request-Id');
  const retryAfter = Number(response.headers.get('Retry-After')) || null;
  const text = await response.text();
  try {
    // The surfaces say what is wrong in words of their own.
    const body = JSON.parse(text) as { error?: string; code?: string; message?: string; error_code?: string; details?: Problem[] };
    return new ApiFailure(response.status, body.error ?? body.message ?? text, requestId, body.code ?? body.error_code ?? null, body.details, retryAfter);
  } catch {
    return new ApiFailure(response.status, text || `The answer is ${response.status}.`, requestId, null, [], retryAfter);
  }
}

/** Sends a request and gives the answer, whatever it is, unless it is an error. */
export async function fetchFrom(method: string, url: string, body: unknown, { signal, headers = {} }: Ask = {}) {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const isOperator = url.startsWith('/v1/admin/');
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      body: content,
      signal,
      credentials: 'same-origin',
      headers: {
        ...(content === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(method === 'GET' ? {} : { 'X-Requested-With': 'serverless' }),
        ...(isOperator ? { 'x-admin-key': adminKey.peek() } : {}),
        ...headers,
      },
    });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new ApiFailure(0, 'The server cannot be reached.', null);
  }
  const behind = Date.parse(response.headers.get('Date') ?? '') - Date.now();
  ahead = Math.abs(behind) > 2000 ? behind : 0;
  if (response.ok) return response;
  const failure = await failureOf(response);
  if (failure.status === 401 && !isOperator && !url.startsWith('/v1/auth/')) onSignedOut.handler();
  throw failure;
}

async function ask<T>(method: string, template: string, body: unknown, asked: Ask): Promise<T> {
  const url = urlOf(template, asked);
  note({ method, url, body: body === undefined ? undefined : JSON.stringify(body) });
  const response = await fetchFrom(method, url, body, asked);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export const get = <P extends PathWith<'get'>>(path: P, asked: Ask = {}) => ask<Answer<P>>('GET', path, undefined, asked);

export const post = <P extends PathWith<'post'>>(path: P, body?: BodyOf<OperationOf<P, 'post'>>, asked: Ask = {}) => ask<Answer<P, 'post'>>('POST', path, body, asked);

export const put = <P extends PathWith<'put'>>(path: P, body: BodyOf<OperationOf<P, 'put'>>, asked: Ask = {}) => ask<Answer<P, 'put'>>('PUT', path, body, asked);

export const patch = <P extends PathWith<'patch'>>(path: P, body: BodyOf<OperationOf<P, 'patch'>>, asked: Ask = {}) => ask<Answer<P, 'patch'>>('PATCH', path, body, asked);

export const remove = <P extends PathWith<'delete'>>(path: P, asked: Ask = {}) => ask<void>('DELETE', path, undefined, asked);
