/* Your account: who you are here, since when, and a new password. */
import { useState } from 'preact/hooks';
import { act } from '../api/client';
import { Facts, Head, Note, Section, Time, Trouble } from '../parts/bits';
import { Field } from '../parts/form';
import { roleWords } from '../parts/words';
import type { ScreenProps } from '../screens';

export default function Account({ session }: ScreenProps) {
  const [old, setOld] = useState('');
  const [wanted, setWanted] = useState('');
  const [again, setAgain] = useState('');
  const [error, setError] = useState<unknown>();
  const [done, setDone] = useState(false);
  const submit = async (e: Event) => {
    e.preventDefault();
    setError(undefined);
    setDone(false);
    try {
      await act('/session/password', { body: { old, wanted }, quiet: true });
      setOld('');
      setWanted('');
      setAgain('');
      setDone(true);
    } catch (err) {
      setError(err);
    }
  };
  const short = wanted.length > 0 && wanted.length < 12;
  return (
    <>
      <Head title="Your account" />
      {session.password_due && <Note tone="warning">Your password is a year old. Change it.</Note>}
      <div class="case">
        <Section title="Change the password">
          <form onSubmit={submit}>
            <Field label="Present password" type="password" value={old} onInput={setOld} autocomplete="current-password" required maxLength={1024} />
            <Field label="New password" type="password" hint="At least 12 characters; a sentence is good" error={short ? 'That is shorter than 12 characters' : undefined} value={wanted} onInput={setWanted} autocomplete="new-password" required maxLength={1024} />
            <Field label="New password again" type="password" error={again && again !== wanted ? 'The two are not the same' : undefined} value={again} onInput={setAgain} autocomplete="new-password" required maxLength={1024} />
            <Trouble error={error} />
            <div role="status">{done && <Note tone="success">The password is changed.</Note>}</div>
            <div class="dialog__acts"><button class="usa-button" type="submit" disabled={!old || wanted.length < 12 || wanted !== again}>Change it</button></div>
          </form>
        </Section>
        <div class="case__rail">
          <Section title="Here as"><Facts of={[['Name', session.name], ['Role', roleWords[session.role]], ['Signed in', <Time at={session.since} />], ['Ends', <Time at={session.expires_at} />]]} /></Section>
        </div>
      </div>
    </>
  );
}
