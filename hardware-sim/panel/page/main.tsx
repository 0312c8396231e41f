import { render } from 'preact';
import { App } from './app.tsx';

const root = document.getElementById('panel');
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
}
