import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiFailure } from '../api/client';
import { Dialog } from '../parts/dialog';
import { asFailure } from '../state/resource';
import { demoUser, leave, session, signIn } from '../state/session';

/** The page of whoever is not signed in. */
export function SignIn() {
  useEffect(() => { document.title = 'Sign in · Serverless'; }, []);
  return (
    <main class="alone">
      <SignInForm user="">
        <h1><svg width="24" height="24" viewBox="0 0 16 16" aria-hidden="true" class="brand"><rect width="16" height="16" rx="4" /><path d="M4 5h8M4 8h5M4 11h7" /></svg>Serverless</h1>
      </SignInForm>
    </main>
  );
}

/** A sign-in over the view whose session is over: what stands there, and what was typed, is there afterwards. */
export const SignInAgain = () => (
  <Dialog title="The session is over" close={leave} class="narrow">
    <SignInForm user={session.value!.user.email}><p>Sign in again, and go on where you were.</p></SignInForm>
  </Dialog>
);

// On the emulator of a developer's machine the demo user is filled in.
function SignInForm({ user, children }: { user: string; children: ComponentChildren }) {
  const [email, setEmail] = useState(user);
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isDemo, setDemo] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // Whoever has begun to type goes on with that.
  const isTyped = useRef(false);

  useEffect(() => {
    demoUser()
      .then(demo => {
        if (isTyped.current || !demo.email || !demo.password || (user && user !== demo.email)) return;
        setEmail(demo.email);
        setPassword(demo.password);
        setDemo(true);
        button.current?.focus();
      })
      .catch(() => { /* It is filled in by hand. */ });
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await signIn(email, password);
    } catch (thrown) {
      setFailure(asFailure(thrown));
      setBusy(false);
    }
  };

  return (
    <form class="sign-in" onSubmit={submit} onInput={() => { isTyped.current = true; }}>
      {children}
      <label>E-mail<input type="email" name="email" autocomplete="username" required value={email} onInput={event => setEmail(event.currentTarget.value)} /></label>
      <label>Password<input type="password" name="password" autocomplete="current-password" required autofocus={user !== ''} value={password} onInput={event => setPassword(event.currentTarget.value)} /></label>
      {failure && <p class="mistake" role="alert">{failure.status === 401 ? 'There is nobody with this e-mail and password.' : failure.message}</p>}
      <button type="submit" class="primary" ref={button} disabled={isBusy}>{isBusy ? 'Signing in…' : 'Sign in'}</button>
      {isDemo && <p class="quiet">The demo user is filled in: press Enter.</p>}
      <p class="quiet"><a href="/console/operator">Operator</a> · <a href="/docs">API</a></p>
    </form>
  );
}
