// Draws the charts of a report. What they show stands in the page, also as a table.

(() => {
  "use strict";

  const INK = "#14213a";
  const QUIET = "#3d4759";
  const LINE = "#d5dbe4";
  const STOP = "#8c1818";
  const COLOURS = ["#0a4f7d", "#2e8b57", "#c2571a", "#7a5cb8", "#a3324f", "#5b6b82", "#8a7a1e", "#1f8fa8"];
  const FAINT = ["#8fb8d4", "#a3d0b6", "#ecb891"]; // the other period
  const BAR = 34; // px for each lying bar

  function series(chart, one, number) {
    const colour = one.before ? FAINT[number % FAINT.length] : COLOURS[number % COLOURS.length];
    const bar = one.look === "bar";
    return {
      name: one.name,
      type: bar ? "bar" : "line",
      stack: chart.stacked ? "all" : undefined,
      data: one.points,
      color: colour,
      barMaxWidth: 30,
      showSymbol: one.points.length < 30,
      symbolSize: 6,
      lineStyle: { width: 2.5, type: one.before ? "dashed" : "solid", color: colour },
      areaStyle: one.look === "area" && !one.before ? { color: colour, opacity: 0.16 } : undefined,
      z: one.before ? 1 : 2,
    };
  }

  function mark({ name, at }) {
    return {
      silent: true,
      symbol: "none",
      lineStyle: { color: STOP, type: "dashed", width: 1.5 },
      label: { formatter: name, position: "insideEndTop", color: STOP, fontWeight: 600 },
      data: [{ yAxis: at }],
    };
  }

  function told(chart, points) {
    const lines = points.map(({ seriesIndex, dataIndex, marker }) => {
      const one = chart.series[seriesIndex];
      return `${one.name}: ${one.texts[dataIndex]}`;
    });
    return [chart.categories[points[0].dataIndex], ...lines].join("\n");
  }

  function legend(series, narrow) {
    const shown = { show: series.length > 1, top: 0, left: 0, right: 0 };
    return { ...shown, type: narrow ? "scroll" : "plain", textStyle: { color: INK, fontSize: 13 } };
  }

  function option(chart, narrow) {
    const nth = { false: 0, true: 0 }; // colours are counted for each period by itself
    const drawn = chart.series.map((one) => series(chart, one, nth[one.before]++));
    if (chart.mark) drawn[0].markLine = mark(chart.mark);
    const names = {
      type: "category",
      data: chart.categories,
      inverse: chart.lying,
      axisLabel: { color: QUIET, fontSize: 13, width: 150, overflow: "truncate" },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE } },
    };
    const figures = {
      type: "value",
      min: 0,
      max: chart.share ? 100 : undefined,
      minInterval: chart.whole ? 1 : undefined,
      axisLabel: { color: QUIET, fontSize: 13 },
      splitLine: { lineStyle: { color: LINE } },
    };
    return {
      animation: false,
      textStyle: { color: INK, fontFamily: getComputedStyle(document.body).fontFamily },
      legend: legend(drawn, narrow),
      grid: { top: drawn.length > 1 ? (drawn.length > 2 && !narrow ? 64 : 46) : 14, left: 6, right: 24, bottom: 4, containLabel: true },
      tooltip: {
        trigger: "axis",
        renderMode: "richText", // the policy on content lets no style into a piece of HTML
        axisPointer: { type: chart.lying ? "shadow" : "line" },
        formatter: (points) => told(chart, points),
      },
      xAxis: chart.lying ? figures : names,
      yAxis: chart.lying ? names : figures,
      series: drawn,
    };
  }

  function draw(place) {
    const chart = JSON.parse(place.dataset.chart);
    if (chart.lying) {
      const bars = chart.stacked ? 1 : chart.series.length;
      place.style.height = `${90 + chart.categories.length * (12 + (BAR * (1 + bars)) / 2)}px`;
    }
    const drawn = echarts.init(place, null, { renderer: "canvas", devicePixelRatio: Math.max(2, devicePixelRatio) });
    drawn.setOption(option(chart, place.clientWidth < 480));
    new ResizeObserver(() => drawn.resize()).observe(place);
  }

  function unfold(open) {
    for (const one of document.querySelectorAll("details")) {
      if (open) one.dataset.was = one.open ? "open" : "";
      one.open = open || one.dataset.was === "open";
    }
  }

  window.addEventListener("beforeprint", () => unfold(true));
  window.addEventListener("afterprint", () => unfold(false));
  for (const place of document.querySelectorAll("[data-chart]")) draw(place);
})();
