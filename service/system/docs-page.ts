import { endpoints } from '../../contract/endpoints/index.ts';

/**
 * Shows the OpenAPI document with Swagger UI, which has its colours for a dark screen under the class `dark-mode`. Requests carry the
 * session cookie, so its dialog for credentials is hidden; the samples for curl name a key.
 */
export const docsScript = `
const dark = matchMedia('(prefers-color-scheme: dark)');
const followScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followScheme);
followScheme();

const nothing = () => null;
const accessibility = ({ React }) => ({
  components: {
    // The only server is this one.
    ServersContainer: nothing,
    authorizeBtn: nothing,
    authorizeOperationBtn: nothing,
    // Swagger UI puts a link into the button that opens an operation.
    DeepLink: ({ text }) => React.createElement('span', null, text),
  },
});

// Swagger UI gives its lists and text fields no names.
const nameFields = () => {
  for (const field of document.querySelectorAll('#swagger-ui :is(select, textarea, input):not([aria-label])'))
    field.setAttribute('aria-label', field.closest('tr')?.dataset.paramName ?? field.closest('tr')?.dataset.code ?? 'Value');
  // Long examples scroll.
  for (const code of document.querySelectorAll('#swagger-ui :is(pre, .highlight-code > *):not([tabindex])')) code.tabIndex = 0;
};
new MutationObserver(nameFields).observe(document.getElementById('swagger-ui'), { childList: true, subtree: true });

SwaggerUIBundle({
  url: ${JSON.stringify(endpoints.openapi.path)},
  dom_id: '#swagger-ui',
  deepLinking: true,
  plugins: [accessibility],
  requestInterceptor: (request) => Object.assign(request, { curlOptions: ["-H 'Authorization: Bearer YOUR_API_KEY'"] }),
});
`;

/** Colours of Swagger UI with the contrast that WCAG 2.2 requires (4.5:1), and its rows on narrow screens. */
export const docsStyle = `body { margin: 0; }
.swagger-ui .info { margin: 1.5rem 0; }
.swagger-ui .scheme-container { display: none; }
html:not(.dark-mode) .swagger-ui .info .title small { background: #4a5160; }
html:not(.dark-mode) .swagger-ui .info .title small.version-stamp { background: #4a6a00; }
html:not(.dark-mode) .swagger-ui :is(.info a, .info .url, .link, .model-title a) { color: #1f5fae; }
html:not(.dark-mode) .swagger-ui :is(.parameter__in, .parameter__type, .prop-format, .response-col_links, .opblock-tag small) { color: #4a4a4a; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-post .opblock-summary-method { background: #1b7449; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1f5fae; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-put .opblock-summary-method { background: #8a5a00; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-patch .opblock-summary-method { background: #0f6f5c; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #b3261e; }
.swagger-ui .json-schema-2020-12-expand-deep-button { color: #595959; }
.dark-mode .swagger-ui :is(.json-schema-2020-12-expand-deep-button, .headers .header-col) { color: #d0d0d0; }
/* No response of this API has links. */
.swagger-ui .response-col_links { display: none; }
.swagger-ui .microlight span[style*="211, 99, 99"] { color: #ff9b9b !important; }
@media (max-width: 640px) {
  .swagger-ui .opblock-tag { flex-wrap: wrap; }
  .swagger-ui .opblock-tag small { flex-basis: 100%; padding: 0; order: 1; }
  .swagger-ui :is(.wrapper, .responses-inner, .opblock-section-header) { padding-left: .75rem; padding-right: .75rem; }
  .swagger-ui .responses-table { table-layout: fixed; }
  .swagger-ui .response-col_status { width: 3.5rem; }
  .swagger-ui .response-col_description { overflow-wrap: anywhere; }
}
`;
