import { useEffect, useRef, useState } from 'preact/hooks';
import { fetchFrom, type ApiFailure } from '../api/client';
import { asFailure } from '../state/resource';
import { signIn } from '../state/session';

/** Signs somebody in. On the emulator of a developer's machine the demo user is filled in. */
export function SignIn() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isDemo, setDemo] = useState(false);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    document.title = 'Sign in · Serverless';
    fetchFrom('GET', '/console/sign-in.json', undefined)
      .then(async response => response.status === 200 ? await response.json() as { email?: string; password?: string } : {})
      .then(demo => {
        if (!demo.email || !demo.password) return;
        setEmail(before => before || demo.email!);
        setPassword(before => before || demo.password!);
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
    <main class="alone">
      <form class="sign-in" onSubmit={submit}>
        <h1><svg width="24" height="24" viewBox="0 0 16 16" aria-hidden="true" class="brand"><rect width="16" height="16" rx="4" /><path d="M4 5h8M4 8h5M4 11h7" /></svg>Serverless</h1>
        <label>E-mail<input type="email" name="email" autocomplete="username" required value={email} onInput={event => setEmail(event.currentTarget.value)} /></label>
        <label>Password<input type="password" name="password" autocomplete="current-password" required value={password} onInput={event => setPassword(event.currentTarget.value)} /></label>
        {failure && <p class="mistake" role="alert">{failure.status === 401 ? 'There is nobody with this e-mail and password.' : failure.message}</p>}
        <button type="submit" class="primary" ref={button} disabled={isBusy}>{isBusy ? 'Signing in…' : 'Sign in'}</button>
        {isDemo && <p class="quiet">The demo user is filled in: press Enter.</p>}
        <p class="quiet"><a href="/console/operator">Operator</a> · <a href="/docs">API</a></p>
      </form>
    </main>
  );
}
