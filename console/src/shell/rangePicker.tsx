import { useState } from 'preact/hooks';
import { Icon } from '../parts/icons';
import { Menu } from '../parts/menu';
import { parameter } from '../state/address';
import { zone } from '../state/preferences';
import { chooseLength, chooseRange, chosenLength, isAnyTime, mayBeAnyTime, presets, range } from '../state/range';
import { parseTime, showMinute } from '../state/times';

/** Chooses the range: by its length, or by its ends as people type them. */
export function RangePicker() {
  return (
    <Menu title={`Range: ${range.value.label}`} align="right" class="range" label={<>{range.value.label}<Icon name="down" /></>}>
      {close => <Choices close={close} />}
    </Menu>
  );
}

function Choices({ close }: { close: () => void }) {
  const [from, setFrom] = useState(showMinute(range.value.start, zone.value));
  const [until, setUntil] = useState(range.value.isLive ? 'now' : showMinute(range.value.end, zone.value));
  const [mistake, setMistake] = useState('');

  const choose = (event: Event) => {
    event.preventDefault();
    const now = new Date();
    const start = parseTime(from, now, zone.value);
    const end = parseTime(until, now, zone.value);
    if (!start || !end) {
      setMistake(`What is "${start ? until : from}"? Try: yesterday 14:00, -2h, 2026-11-27 09:30, monday, now`);
    } else if (start >= end) {
      setMistake('The range ends before it begins.');
    } else {
      close();
      chooseRange(start, until.trim().toLowerCase() === 'now' ? null : end);
    }
  };

  return (
    <>
      <div class="presets">
        {presets.map(length => <button type="button" key={length} aria-current={!parameter('from') && !isAnyTime.value && chosenLength.value === length} onClick={() => { close(); chooseLength(length); }}>{length}</button>)}
        {mayBeAnyTime.value && <button type="button" aria-current={isAnyTime.value} onClick={() => { close(); chooseLength(''); }}>any time</button>}
      </div>
      <form onSubmit={choose}>
        <label>From<input value={from} onInput={event => setFrom(event.currentTarget.value)} spellcheck={false} /></label>
        <label>To<input value={until} onInput={event => setUntil(event.currentTarget.value)} spellcheck={false} /></label>
        {mistake && <p class="mistake" role="alert">{mistake}</p>}
        <button type="submit" class="primary">Show</button>
        <p class="quiet">Times are {zone.value === 'utc' ? 'UTC' : 'local'}.</p>
      </form>
    </>
  );
}
