/** The panels that `rivulet expressivity` repeats when it is told none: the static net, and every model with every activation, in about a minute on two cores. */
export const quickPanels = ['1', 'T2'] as const;
