/* Light, dark, or as the system has it. */
export type Theme = 'system' | 'light' | 'dark';
const kept = (): Theme => {
  try {
    const t = localStorage.getItem('theme');
    return t === 'light' || t === 'dark' ? t : 'system';
  } catch {
    return 'system';
  }
};
export function wearTheme(t: Theme = kept()): Theme {
  if (t === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = t;
  return t;
}
export function chooseTheme(t: Theme): void {
  wearTheme(t);
  try {
    localStorage.setItem('theme', t);
  } catch {
    /* kept for the page only */
  }
  dispatchEvent(new Event('themechange'));
}
export const themeNow = kept;
