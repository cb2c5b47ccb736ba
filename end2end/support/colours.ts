import type { Locator } from "@playwright/test";

/** What a box looks like against what is around it. */
export interface Outline {
  what: string;
  /** Contrast of its border with what is around it; 1 where it has none. */
  border: number;
  /** Contrast of its fill with what is around it. */
  fill: number;
}

/**
 * How boxes stand out from what is around them (WCAG 1.4.11), from computed styles: colours are laid
 * over each other up to the page's ground, in whatever notation the style sheet gives them.
 */
export function outlines(boxes: Locator): Promise<Outline[]> {
  return boxes.evaluateAll((all) => {
    type Colour = [number, number, number, number];
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const pen = canvas.getContext("2d", { willReadFrequently: true })!;
    const read = (text: string): Colour => {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = text;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a]: Colour, [r2, g2, b2]: Colour): Colour => [r * a + r2 * (1 - a), g * a + g2 * (1 - a), b * a + b2 * (1 - a), 1];
    const ground = (element: Element | null): Colour => {
      if (!element) return [255, 255, 255, 1];
      const own = read(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, ground(element.parentElement));
    };
    const luminance = ([r, g, b]: Colour) => {
      const part = (value: number) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const contrast = (one: Colour, other: Colour) => {
      const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
      return Math.round((100 * (light + 0.05)) / (dark + 0.05)) / 100;
    };
    return all.map((box) => {
      const style = getComputedStyle(box);
      const around = ground(box.parentElement);
      const sides = ["Top", "Right", "Bottom", "Left"] as const;
      const borders = sides.map((side) => {
        const has = style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) >= 1;
        return has ? contrast(over(read(style[`border${side}Color`]), around), around) : 1;
      });
      return {
        what: `${box.tagName.toLowerCase()}.${box.className || box.getAttribute("name") || box.getAttribute("type")}`,
        border: Math.min(...borders),
        fill: contrast(ground(box), around),
      };
    });
  });
}

/** Boxes that do not reach a contrast, neither with their border nor with their fill, each said once. */
export function tooFaint(found: Outline[], least: number): string[] {
  return [...new Set(found.filter(({ border, fill }) => Math.max(border, fill) < least).map(({ what, border, fill }) => `${what}: border ${border}, fill ${fill}`))];
}
