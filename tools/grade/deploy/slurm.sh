#!/bin/sh
# Grades a class on a cluster. From the course's folder, on a file system that all nodes see:
#   sbatch --array=1-10 tools/grade/deploy/slurm.sh SUBMISSIONS REPORT
# one part again, say the third of ten:
#   sbatch --array=3 tools/grade/deploy/slurm.sh SUBMISSIONS REPORT 10
# and when all parts are done:
#   npm run grade -- merge REPORT/part-* --out REPORT
#SBATCH --job-name=grade
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=01:00:00
set -eu
submissions=$1
report=$2
part=$SLURM_ARRAY_TASK_ID
parts=${3:-$SLURM_ARRAY_TASK_COUNT}
npm run grade -- "$submissions" --out "$report/part-$part" --resume --require-sandbox \
  --shard "$part/$parts" --jobs "$SLURM_CPUS_PER_TASK"
