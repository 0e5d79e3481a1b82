/* Fields with label, hint and error in the order that screen readers expect. */
import { useId } from 'preact/hooks';
import type { ComponentChildren } from 'preact';

interface FieldProps {
  label: string;
  value: string;
  onInput: (v: string) => void;
  hint?: string;
  error?: string;
  type?: string;
  area?: boolean;
  required?: boolean;
  autocomplete?: string;
  inputMode?: 'text' | 'numeric' | 'search';
  maxLength?: number;
  autofocus?: boolean;
  spellcheck?: boolean;
  list?: string[];
  name?: string;
  narrow?: boolean;
}
export function Field(p: FieldProps) {
  const id = useId();
  const described = [p.hint && `${id}-hint`, p.error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  const common = {
    id, value: p.value, name: p.name, required: p.required, maxLength: p.maxLength, 'aria-describedby': described, 'aria-invalid': p.error ? ('true' as const) : undefined,
    autocomplete: p.autocomplete ?? 'off', autofocus: p.autofocus, spellcheck: p.spellcheck ?? false,
    onInput: (e: Event) => p.onInput((e.currentTarget as HTMLInputElement).value),
  };
  return (
    <div class={p.error ? 'field field--error' : 'field'}>
      <label class="usa-label" for={id}>{p.label}</label>
      {p.hint && <span class="usa-hint" id={`${id}-hint`}>{p.hint}</span>}
      {p.error && <span class="usa-error-message" id={`${id}-error`}>{p.error}</span>}
      {p.area ? <textarea {...common} class="usa-textarea" rows={3} /> : <input {...common} class={`usa-input${p.narrow ? ' usa-input--medium' : ''}`} type={p.type ?? 'text'} inputMode={p.inputMode} list={p.list && `${id}-list`} />}
      {p.list && <datalist id={`${id}-list`}>{p.list.map((v) => <option key={v} value={v} />)}</datalist>}
    </div>
  );
}
export function Choice({ label, value, onInput, options, hint, name }: { label: string; value: string; onInput: (v: string) => void; options: (string | [string, string])[]; hint?: string; name?: string }) {
  const id = useId();
  return (
    <div class="field">
      <label class="usa-label" for={id}>{label}</label>
      {hint && <span class="usa-hint" id={`${id}-hint`}>{hint}</span>}
      <select id={id} name={name} class="usa-select" value={value} aria-describedby={hint ? `${id}-hint` : undefined} onInput={(e) => onInput(e.currentTarget.value)}>
        {options.map((o) => {
          const [v, t] = typeof o === 'string' ? [o, o] : o;
          return <option key={v} value={v} selected={v === value}>{t}</option>;
        })}
      </select>
    </div>
  );
}
export function Check({ label, checked, onInput, hint }: { label: ComponentChildren; checked: boolean; onInput: (v: boolean) => void; hint?: string }) {
  const id = useId();
  return (
    <div class="check">
      <input id={id} type="checkbox" checked={checked} aria-describedby={hint ? `${id}-hint` : undefined} onInput={(e) => onInput(e.currentTarget.checked)} />
      <label for={id}>{label}</label>
      {hint && <span class="usa-hint" id={`${id}-hint`}>{hint}</span>}
    </div>
  );
}
export function Radios({ legend, value, onInput, options, name }: { legend: string; value: string; onInput: (v: string) => void; options: [string, ComponentChildren][]; name: string }) {
  return (
    <fieldset class="radios">
      <legend class="usa-label">{legend}</legend>
      {options.map(([v, t]) => (
        <label key={v} class="radio"><input type="radio" name={name} value={v} checked={v === value} onInput={() => onInput(v)} /><span>{t}</span></label>
      ))}
    </fieldset>
  );
}
