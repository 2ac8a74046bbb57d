import PDFDocument from 'pdfkit';
import type { ChartNode } from '../../../charts/node.ts';
import { loadFonts } from './fonts.ts';
import { drawChart } from './pdf-chart.ts';
import type { Report, ReportArticle, ReportTable } from './report.ts';

type Document = PDFKit.PDFDocument;
type Element = PDFKit.PDFStructureElement;

const margin = 50;
const colours = { text: '#1F1F1F', quiet: '#595959', link: '#0B57A4', line: '#B0B0B0' } as const;
const fonts = { regular: 'regular', bold: 'bold' } as const;
const rowHeight = 17;

/** The document with the parent of its tags, which screen readers follow. */
interface Page {
  readonly document: Document;
  readonly root: Element;
  readonly width: number;
}

interface Style {
  readonly size: number;
  readonly colour?: string;
  readonly font?: keyof typeof fonts;
  readonly link?: string;
}

const write = ({ document, width }: Page, text: string, { size, colour = colours.text, font = 'regular', link }: Style) =>
  document
    .font(fonts[font])
    .fontSize(size)
    .fillColor(colour)
    .text(text, margin, document.y, { width, ...(link !== undefined && { link }) });

/** Starts a page if so many points do not fit the rest of this one. */
function reserve({ document }: Page, height: number): void {
  if (document.y + height > document.page.height - margin) document.addPage();
}

function add({ document, root }: Page, tag: string, draw: () => void, alt?: string): void {
  root.add(document.struct(tag, alt === undefined ? {} : { alt }, draw));
}

function heading(page: Page, tag: 'H1' | 'H2', text: string): void {
  const size = tag === 'H1' ? 20 : 13;
  reserve(page, size * 4);
  if (tag === 'H2') page.document.y += 12;
  add(page, tag, () => write(page, text, { size, font: 'bold' }));
  page.document.y += 4;
}

function paragraph(page: Page, text: string, style: Style): void {
  reserve(page, style.size * 2);
  add(page, 'P', () => write(page, text, style));
}

function chart(page: Page, node: ChartNode): void {
  const { document, width } = page;
  const scale = width / Number(node.attributes.width);
  const height = Number(node.attributes.height) * scale;
  reserve(page, height + 12);
  const top = document.y;
  const description = node.children.find((child) => typeof child !== 'string' && child.tag === 'desc');
  const draw = () => {
    document.save().translate(margin, top).scale(scale);
    drawChart(document, node, fonts);
    document.restore();
  };
  add(page, 'Figure', draw, typeof description === 'object' ? description.children.join('') : '');
  document.x = margin;
  document.y = top + height + 12;
}

function table(page: Page, { title, columns, rows }: ReportTable): void {
  heading(page, 'H2', title);
  const { document, root, width } = page;
  const element = document.struct('Table');
  root.add(element);
  // The first column has the names.
  const otherWidth = Math.min(90, (width * 0.6) / Math.max(1, columns.length - 1));
  const firstWidth = width - otherWidth * (columns.length - 1);
  const drawCell = (text: string, index: number, font: keyof typeof fonts, top: number) => {
    const x = index === 0 ? margin : margin + firstWidth + (index - 1) * otherWidth;
    const cell = { width: (index === 0 ? firstWidth : otherWidth) - 6, height: rowHeight - 3, ellipsis: true } as const;
    const align = index === 0 ? 'left' : 'right';
    document
      .font(fonts[font])
      .fontSize(9)
      .fillColor(colours.text)
      .text(text, x, top, { ...cell, align });
  };
  for (const [index, cells] of [columns, ...rows].entries()) {
    reserve(page, rowHeight);
    const [top, isHeader] = [document.y, index === 0];
    const drawn = cells.map((text, column) =>
      document.struct(isHeader ? 'TH' : 'TD', {}, () => drawCell(text, column, isHeader ? 'bold' : 'regular', top)),
    );
    element.add(document.struct('TR', {}, drawn));
    document.y = top + rowHeight;
    const line = document.y - 3;
    document.markContent('Artifact', { type: 'Layout' });
    document
      .moveTo(margin, line)
      .lineTo(margin + width, line)
      .lineWidth(0.5)
      .stroke(colours.line);
    document.endMarkedContent();
  }
  element.end();
}

function article(page: Page, { title, url, about }: ReportArticle): void {
  reserve(page, 40);
  add(page, 'P', () => {
    write(page, title, { size: 10, colour: colours.link, link: url });
    write(page, about, { size: 8, colour: colours.quiet });
  });
  page.document.y += 5;
}

/** Numbers the pages once all of them exist. */
function numberPages({ document, width }: Page, { page }: Report): void {
  const { start, count } = document.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    document.switchToPage(start + index);
    // Text in the margin would start another page.
    document.page.margins.bottom = 0;
    document.markContent('Artifact', { type: 'Pagination' });
    document
      .font(fonts.regular)
      .fontSize(8)
      .fillColor(colours.quiet)
      .text(page.replace('{page}', String(index + 1)).replace('{pages}', String(count)), margin, document.page.height - 34, {
        width,
        align: 'center',
        lineBreak: false,
      });
    document.endMarkedContent();
  }
}

function writeReport(page: Page, report: Report): void {
  heading(page, 'H1', report.title);
  paragraph(page, report.period, { size: 11 });
  for (const [name, value] of report.filters) paragraph(page, `${name}: ${value}`, { size: 9, colour: colours.quiet });
  if (report.articles.length === 0) {
    page.document.y += 12;
    paragraph(page, report.noData, { size: 11 });
    return;
  }
  page.document.y += 8;
  for (const [name, value] of report.figures) paragraph(page, `${name}: ${value}`, { size: 11 });
  page.document.y += 8;
  for (const node of report.charts) chart(page, node);
  for (const each of report.tables) table(page, each);
  heading(page, 'H2', report.articlesTitle);
  for (const each of report.articles) article(page, each);
}

/** The report as a tagged PDF. */
export async function pdf(report: Report): Promise<Uint8Array> {
  const { regular, bold } = await loadFonts();
  const document = new PDFDocument({
    size: 'A4',
    margin,
    // Only fonts of the service: the standard ones are files of their own, and have Latin letters only.
    font: '',
    lang: report.language,
    tagged: true,
    displayTitle: true,
    pdfVersion: '1.7',
    bufferPages: true,
    info: { Title: report.title, Subject: report.period, Creator: 'Leyenda', CreationDate: report.createdAt },
  });
  document.registerFont(fonts.regular, Buffer.from(regular)).registerFont(fonts.bold, Buffer.from(bold));
  const root = document.struct('Document');
  document.addStructure(root);
  const page = { document, root, width: document.page.width - 2 * margin };
  writeReport(page, report);
  root.end();
  numberPages(page, report);
  document.end();
  return Buffer.concat(await Array.fromAsync<Buffer>(document));
}
