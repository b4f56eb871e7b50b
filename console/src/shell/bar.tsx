// What holds for all views: organization, project, range of time, and what the view is made of.

import { sent } from '../api/client';
import { curlOf } from '../api/curl';
import { copyText } from '../parts/copy';
import { Icon } from '../parts/icons';
import { Menu } from '../parts/menu';
import { say, sayFailure } from '../parts/toast';
import { change, open, to } from '../state/address';
import { lookAgain } from '../state/clock';
import { theme, zone, type Theme } from '../state/preferences';
import { project, role, session, signOut, switchTo } from '../state/session';
import type { View } from '../views/all';
import { RangePicker } from './rangePicker';

interface BarProps { view: View | undefined; openRail: () => void; openPalette: () => void }

export function Bar({ view, openRail, openPalette }: BarProps) {
  return (
    <header class="bar">
      <button type="button" class="icon only-narrow" aria-label="Views" onClick={openRail}><Icon name="menu" /></button>
      {session.value && <Organizations />}
      {session.value && view?.hasProject && <Projects />}
      <span class="space" />
      {view?.hasRange && <RangePicker />}
      <button type="button" class="icon" title="Look again (r)" aria-label="Look again" onClick={lookAgain}><Icon name="again" /></button>
      <Requests />
      <button type="button" class="icon" title="Find (Ctrl-K)" aria-label="Find" onClick={openPalette}><Icon name="search" /></button>
      <Person />
    </header>
  );
}

function Organizations() {
  const { organization, organizations } = session.value!;
  if (organizations.length < 2) return <span class="organization">{organization.name}</span>;
  return (
    <Menu title={`Organization: ${organization.name}`} label={<>{organization.name}<Icon name="down" /></>}>
      {close => organizations.map(one => (
        <button type="button" key={one.id} aria-current={one.id === organization.id} onClick={() => { close(); change({ project: null }); switchTo(one.id).catch(sayFailure); }}>
          {one.name} <span class="quiet">{one.role}</span>
        </button>
      ))}
    </Menu>
  );
}

function Projects() {
  const projects = session.value!.projects;
  if (!project.value) return <span class="quiet">no project</span>;
  return (
    <Menu title={`Project: ${project.value.name}`} label={<><span class="quiet">/</span> {project.value.name}<Icon name="down" /></>}>
      {close => projects.map(one => (
        <button type="button" key={one.id} aria-current={one.id === project.value?.id} onClick={() => { close(); change({ project: one.id }); }}>{one.name}</button>
      ))}
    </Menu>
  );
}

/** The requests that the view is made of, each to be copied. */
function Requests() {
  return (
    <Menu title="Copy as curl" class="requests" align="right" label={<><Icon name="copy" /><span class="only-wide">curl</span></>}>
      {close => sent.value.length === 0 ? <p class="quiet">This view has asked nothing yet.</p> : sent.value.map(request => (
        <button
          type="button"
          key={`${request.method} ${request.url}`}
          onClick={() => { close(); void copyText(curlOf(request)).then(() => say('The command is copied')); }}
        >
          <code><b>{request.method}</b> {request.url.split('?')[0]}</code>
        </button>
      ))}
    </Menu>
  );
}

function Person() {
  const themes: readonly [Theme, string][] = [['system', 'As the system'], ['light', 'Light'], ['dark', 'Dark']];
  return (
    <Menu title="You and this page" align="right" label={<Icon name="person" />}>
      {close => (
        <>
          {session.value && <p class="who"><strong>{session.value.user.email}</strong><span class="quiet">{role.value} of {session.value.organization.name}</span></p>}
          <fieldset>
            <legend>Theme</legend>
            {themes.map(([name, title]) => <label key={name}><input type="radio" name="theme" checked={theme.value === name} onChange={() => { theme.value = name; }} />{title}</label>)}
          </fieldset>
          <fieldset>
            <legend>Times</legend>
            <label><input type="radio" name="zone" checked={zone.value === 'local'} onChange={() => { zone.value = 'local'; }} />Local</label>
            <label><input type="radio" name="zone" checked={zone.value === 'utc'} onChange={() => { zone.value = 'utc'; }} />UTC</label>
          </fieldset>
          {session.value && <button type="button" onClick={() => { close(); open(to('/keys', { tab: 'password' })); }}>Change the password</button>}
          {session.value && <button type="button" onClick={() => { close(); signOut().catch(sayFailure); }}>Sign out</button>}
        </>
      )}
    </Menu>
  );
}
