/* Starts the desk. Styles come as files, so that the content policy can forbid inline ones. */
import { render } from 'preact';
import './style/uswds.scss';
import './style/desk.scss';
import { App } from './app';
import { followLinks } from './router';
import { wearTheme } from './parts/theme';

wearTheme();
followLinks();
render(<App />, document.getElementById('desk')!);
