/* dmn-js comes without types; what the desk uses of it. */
declare module 'dmn-js/lib/NavigatedViewer' {
  export default class Viewer {
    constructor(options: { container: HTMLElement; height?: number | string; width?: number | string });
    importXML(xml: string): Promise<{ warnings: string[] }>;
    getViews(): any[];
    getActiveView(): any;
    open(view: any): Promise<unknown>;
    destroy(): void;
  }
}
