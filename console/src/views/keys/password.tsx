import { put } from '../../api/client';
import { Form } from '../../parts/form';
import { say } from '../../parts/toast';
import { recall, session } from '../../state/session';

/** Changes one's own password; all other sessions end. */
export const Password = () => (
  <div class="sheets">
    <section class="own-password">
      <h2>Your password</h2>
      <p class="quiet">All your other sessions end, in every organization.</p>
      <Form action="Change it" send={async (_, form) => {
        // A password is what was typed, with its spaces.
        const data = new FormData(form);
        if (data.get('new') !== data.get('again')) throw new Error('The two new passwords are not the same.');
        await put('/v1/auth/password', { old_password: String(data.get('old')), new_password: String(data.get('new')) });
        form.reset();
        say('The password is changed');
        await recall();
      }}>
        <input class="off-screen" type="email" name="email" autocomplete="username" aria-label="E-mail" tabIndex={-1} readOnly value={session.value!.user.email} />
        <label>The password as it is<input name="old" type="password" required autocomplete="current-password" /></label>
        <label>The new one, of 12 characters at least<input name="new" type="password" required minLength={12} maxLength={256} autocomplete="new-password" /></label>
        <label>The new one again<input name="again" type="password" required autocomplete="new-password" /></label>
      </Form>
    </section>
  </div>
);
