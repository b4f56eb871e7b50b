import { render } from 'preact';
import { App } from './app';
import { follow } from './state/address';
import { keepTime } from './state/clock';
import { listen } from './state/keyboard';
import { recall } from './state/session';
import './styles/page.css';

follow();
listen();
keepTime();
void recall();
render(<App />, document.getElementById('page')!);
