import { toast } from 'sonner';

/** Says what was done, and undoes it. */
export function toastWithUndo(text: string, undo: () => void): void {
  toast(text, {
    action: {
      label: 'Undo',
      onClick: ({ currentTarget }) => {
        // The toaster gives the focus back where it was when it loses it: now, and not at the next click elsewhere.
        currentTarget.blur();
        undo();
      },
    },
  });
}
