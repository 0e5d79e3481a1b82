/* The US Web Design System prints its colours as numbers. For a dark theme they must be custom properties: this PostCSS step
 * puts a property of src/style/theme.scss in the place of each number of the compiled components. It also drops their
 * @font-face rules (fonts.scss has the few that are used). It must never touch rules that are not theirs. */
import type { Declaration, Plugin } from 'postcss';

const ink: Record<string, string> = {
  '#1b1b1b': '--ink', '#000': '--ink', '#005ea2': '--primary', '#1a4480': '--primary-dark', '#162e51': '--primary-darker',
  '#54278f': '--primary-dark', '#3d4551': '--base-darker', '#454545': '--base-darker', '#565c65': '--base-dark',
  '#71767a': '--base', '#757575': '--base', '#919191': '--base', '#a9aeb1': '--base-light', '#c9c9c9': '--base-light',
  '#dfe1e2': '--base-lighter', '#e6e6e6': '--base-lighter', '#f0f0f0': '--base-lightest', '#2491ff': '--focus',
  '#b50909': '--error', '#d54309': '--error', '#9c3d10': '--error', '#8b0a03': '--error-dark', '#d83933': '--error',
  '#f4e3db': '--error-tint', '#faf3d1': '--warn-tint', '#ffbe2e': '--warn', '#e7f6f8': '--info-tint', '#e1f3f8': '--info-tint',
  '#00bde3': '--info', '#ecf3ec': '--good-tint', '#00a91c': '--good',
};

function replace(decl: Declaration): void {
  if (decl.value.includes('url(')) return; /* names of files, not colours */
  const ground = /background|shadow/.test(decl.prop);
  decl.value = decl.value
    .replace(/#[0-9a-f]{3,6}\b/gi, (hex) => {
      const name = ink[hex.toLowerCase()];
      return name ? `var(${name})` : /^#f{3,6}$/i.test(hex) ? `var(${ground ? '--paper' : '--on-fill'})` : hex;
    })
    .replace(/\bwhite\b/g, `var(${ground ? '--paper' : '--on-fill'})`);
}

export function uswdsColours(): Plugin {
  return {
    postcssPlugin: 'uswds-colours',
    Once(root) {
      if (!/uswds\.scss$/.test(root.source?.input.file ?? '')) return;
      root.walkAtRules('font-face', (rule) => void rule.remove());
      root.walkDecls(replace);
    },
  };
}
