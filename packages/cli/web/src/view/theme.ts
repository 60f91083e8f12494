const KEY = 'sharemesh-theme';
type Theme = 'light' | 'dark';

/** The system's colours until the button is pressed; from then on, those that were chosen. */
export function createTheme(button: HTMLButtonElement, onChange: () => void): void {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const current = (): Theme => (root.dataset['theme'] as Theme) ?? (system.matches ? 'dark' : 'light');
  const tell = () => {
    button.textContent = current() === 'dark' ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `${button.textContent} colours`);
    onChange();
  };
  const chosen = localStorage.getItem(KEY);
  if (chosen === 'light' || chosen === 'dark') root.dataset['theme'] = chosen;
  button.addEventListener('click', () => {
    root.dataset['theme'] = current() === 'dark' ? 'light' : 'dark';
    localStorage.setItem(KEY, current());
    tell();
  });
  system.addEventListener('change', tell);
  tell();
}
