import { z } from 'zod';

/** `scheduler/scheduler_config.json`, with the defaults of diffusers' `EulerDiscreteScheduler`; other keys are ignored. */
export const schedulerConfig = z.object({
  num_train_timesteps: z.int().min(2).max(100_000).default(1000),
  beta_start: z.number().default(0.0001),
  beta_end: z.number().default(0.02),
  beta_schedule: z.enum(['linear', 'scaled_linear', 'squaredcos_cap_v2']).default('linear'),
  trained_betas: z.array(z.number()).nullish(),
  prediction_type: z.enum(['epsilon', 'v_prediction', 'sample']).default('epsilon'),
  timestep_spacing: z.enum(['leading', 'trailing', 'linspace']).default('linspace'),
  steps_offset: z.int().default(0),
  rescale_betas_zero_snr: z.boolean().default(false),
});
export type SchedulerConfig = z.infer<typeof schedulerConfig>;
export type PredictionType = SchedulerConfig['prediction_type'];
