/* The decision model as its editor shows it: dmn-js, loaded only when somebody opens it. It reads; nothing here changes a pack. */
import { useEffect, useRef, useState } from 'preact/hooks';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import Viewer from 'dmn-js/lib/NavigatedViewer';
import { Loading, Trouble } from './bits';
import { Choice } from './form';

interface View {
  id: string;
  name: string;
  type: string;
}

export default function Model({ xml }: { xml: string }) {
  const at = useRef<HTMLDivElement>(null);
  const viewer = useRef<any>(null);
  const [views, setViews] = useState<View[]>([]);
  const [open, setOpen] = useState('');
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const v = new Viewer({ container: at.current!, height: 640, width: '100%' });
    viewer.current = v;
    v.importXML(xml).then(
      () => {
        setViews(v.getViews().map((x: any) => ({ id: x.element.id, name: x.element.name || 'The whole model', type: x.type })));
        setOpen(v.getActiveView()?.element.id ?? '');
      },
      (e: Error) => setError(e),
    );
    return () => v.destroy();
  }, [xml]);
  const choose = (id: string) => {
    setOpen(id);
    const v = viewer.current.getViews().find((x: any) => x.element.id === id);
    if (v) viewer.current.open(v).catch(setError);
  };
  return (
    <div class="model">
      <Trouble error={error} />
      {views.length > 1 && <Choice label="Show" value={open} onInput={choose} options={views.map((v) => [v.id, v.name])} />}
      {!views.length && !error && <Loading what="Drawing the model" />}
      <div ref={at} class="model__canvas" role="region" aria-label="Decision model" tabIndex={0} />
    </div>
  );
}
