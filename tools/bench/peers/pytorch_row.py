"""The row's model in PyTorch: nn.LSTM or nn.RNN, a dense read-out of the last state, Adam."""

import torch
from answer import row, serve

torch.set_num_threads(row["threads"])
torch.manual_seed(1)
B, T, D = row["batchSize"], row["steps"], row["inputSize"]
H, O = row["hiddenSize"], row["outputSize"]
Cell = {"lstm": torch.nn.LSTM, "rnn": torch.nn.RNN}[row["cell"]]
cell = Cell(D, H, num_layers=row["layers"], batch_first=True)
dense = torch.nn.Linear(H, O)
optimizer = torch.optim.Adam([*cell.parameters(), *dense.parameters()])
x = torch.randn(B, T, D)
y = torch.randint(O, (B,)) if O > 1 else torch.randn(B, 1)
loss = torch.nn.CrossEntropyLoss() if O > 1 else torch.nn.MSELoss()


def step():
    optimizer.zero_grad()
    hs, _ = cell(x)
    loss(dense(hs[:, -1]), y).backward()
    optimizer.step()


serve(step)
