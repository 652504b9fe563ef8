#!/bin/bash
# Trains the convolutional network on the ranks of a Slurm job. From a folder that all nodes see:
#
#     go build -tags mpi ./mnistcnn
#     sbatch common/ranks/mpi/cluster/slurm.sh -epochs 5
#
# Flags after the script are the program's. RUN names another checkpoint: RUN=second.h5 sbatch ...
# Options of sbatch on its own command line override the lines here: sbatch --nodes=4 ...
#
#SBATCH --job-name=mnistcnn
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=01:00:00
#SBATCH --output=mnistcnn-%j.log
# A minute before the time is up the ranks are asked to stop: they write the checkpoint and end with 130.
#SBATCH --signal=TERM@60
# A preempted job, and one whose node fails, is requeued, and appends to its log.
#SBATCH --requeue
#SBATCH --open-mode=append

run=${RUN:-mnistcnn.h5}

# The first start makes the checkpoint, all later ones resume from it.
if [ -s "$run" ]; then
	start=(-resume "$run")
else
	start=(-checkpoint "$run")
fi

# srun takes the CPUs of a rank from here only (since Slurm 22.05). Open MPI of Debian speaks PMIx, and not PMI2.
srun --mpi=pmix --cpus-per-task="$SLURM_CPUS_PER_TASK" --kill-on-bad-exit=1 \
	./mnistcnn -batch 64 "${start[@]}" "$@"
code=$?

# Out of time: requeued, at the end of the queue. A scancel ends this script too, before this line.
if [ "$code" = 130 ]; then
	scontrol requeue "$SLURM_JOB_ID"
fi
exit "$code"
