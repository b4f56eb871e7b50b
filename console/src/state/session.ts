// Who is signed in. The session itself is a cookie that no script can read; what is kept here is what the API says of it.

import { computed, signal } from '@preact/signals';
import { ApiFailure, fetchFrom, forgetKeys, get, onSignedOut, post, type Answer } from '../api/client';
import { parameter } from './address';
import { lookAgain } from './clock';

export type Session = Answer<'/v1/auth/session'>;

/** `undefined` until it is known; null when nobody is signed in. */
export const session = signal<Session | null | undefined>(undefined);

/** Whether the session is over of who was signed in: the page stays as it is until they have signed in again. */
export const isExpired = signal(false);

/** Why nobody can be asked who is signed in, if so. */
export const sessionFailure = signal<ApiFailure | null>(null);

export const role = computed(() => session.value?.role ?? 'member');

/** Whether who is signed in may define and change. */
export const mayDefine = computed(() => role.value !== 'member');

/** Whether who is signed in manages members. */
export const mayOwn = computed(() => role.value === 'owner');

/** The project that reports are about: that of the address, else the first. */
export const project = computed(() => {
  const projects = session.value?.projects ?? [];
  return projects.find(one => one.id === parameter('project')) ?? projects[0] ?? null;
});

/** The demo's user, who is there on the emulator of a developer's machine, and the file of the demo's keys. */
export interface Demo { email?: string; password?: string; file?: string }

export async function demoUser(): Promise<Demo> {
  const response = await fetchFrom('GET', '/console/sign-in.json', undefined);
  return response.status === 200 ? await response.json() as Demo : {};
}

/** Asks who is signed in. */
export async function recall() {
  try {
    session.value = await get('/v1/auth/session');
    isExpired.value = false;
    sessionFailure.value = null;
  } catch (thrown) {
    const failure = thrown as ApiFailure;
    if (failure.status === 401) session.value = null;
    else sessionFailure.value = failure;
  }
}

export async function signIn(email: string, password: string) {
  const before = session.peek();
  await post('/v1/auth/login', { email, password, cookie: true });
  if (before) await post('/v1/auth/session', { organization: before.organization.id }).catch(() => { /* It is somebody else, who is no member there. */ });
  await recall();
  if (before) lookAgain();
}

export async function signOut() {
  await post('/v1/auth/logout');
  leave();
}

/** Leaves the page to whoever signs in next. */
export function leave() {
  forgetKeys();
  isExpired.value = false;
  session.value = null;
}

export async function switchTo(organization: string) {
  forgetKeys();
  await post('/v1/auth/session', { organization });
  await recall();
  lookAgain();
}

onSignedOut.handler = () => {
  if (session.peek()) isExpired.value = true;
};
