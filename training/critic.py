"""A small critic of patches, which may sharpen what absolute differences leave soft."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


class PatchCritic(nn.Module):
    """Four convolutions of bounded slope (Miyato et al. 2018, arXiv:1802.05957): how real each place of a picture looks."""

    def __init__(self, width: int = 48) -> None:
        super().__init__()
        conv = lambda a, b, stride: spectral_norm(nn.Conv2d(a, b, 4 if stride == 2 else 3, stride, 1))
        self.net = nn.Sequential(conv(3, width, 1), nn.LeakyReLU(0.2), conv(width, width, 2), nn.LeakyReLU(0.2), conv(width, 2 * width, 2), nn.LeakyReLU(0.2),
                                 conv(2 * width, 2 * width, 1), nn.LeakyReLU(0.2), conv(2 * width, 1, 1))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """[B,3,H,W] in -1..1 -> [B,1,H/4,W/4]."""
        return self.net(image)


class Contest:
    """The critic, its optimiser and the two losses, relativistic at each place (Jolicoeur-Martineau 2018, arXiv:1807.00734)."""

    def __init__(self, device: str, lr: float = 4e-4) -> None:
        self.critic = PatchCritic().to(device).to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.Adam(self.critic.parameters(), lr=lr, betas=(0.5, 0.99))

    def learn(self, made: torch.Tensor, real: torch.Tensor) -> None:
        """One step of the critic."""
        self.critic.requires_grad_(True)
        loss = F.softplus(self.critic(made.detach()) - self.critic(real)).mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()

    def loss(self, made: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """What the maker pays for looking less real than the truth."""
        self.critic.requires_grad_(False)
        with torch.no_grad():
            truth = self.critic(real)
        return F.softplus(truth - self.critic(made)).mean()
