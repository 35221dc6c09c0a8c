"use strict";
{
  const options = {
    renderer: "svg",
    actions: { export: { svg: true, png: true }, source: false, compiled: false, editor: false },
  };
  const failed = (host, error) => {
    host.textContent = `This chart could not be drawn (${error.message}). Its figures are in the table below it.`;
    console.error(error);
  };
  for (const host of document.querySelectorAll("[data-chart]")) {
    const spec = JSON.parse(document.getElementById(host.dataset.chart).textContent);
    host.replaceChildren();
    window.vegaEmbed(host, spec, options).then(
      () => { host.dataset.drawn = "yes"; },
      (error) => failed(host, error),
    );
  }
}
